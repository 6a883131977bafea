/**
 * Traces: of which larger piece of work something is a part, also across processes and days, for the tools that show it.
 *
 * Ids, counts and codes are told, and never what people wrote or said, nor an address beyond its host.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Names as OpenTelemetry's conventions have them; `patchbay.…` where they have none. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A piece of work, while it is under way. */
export interface Span {
  /** As W3C writes where somebody goes on from here; undefined when nothing is traced. */
  readonly traceparent: string | undefined;
  note(attributes: Attributes): void;
  /** Marks it as failed though nothing is thrown. */
  fail(code: string): void;
}

export interface SpanOptions {
  /** Which side of an exchange it is; absent: of none. */
  readonly kind?: 'server' | 'client' | 'consumer';
  /** What it goes on from, as {@link traceparent} told it then; null: nothing. Absent: the span that it begins in. */
  readonly parent?: string | null;
  /** What else led to it. */
  readonly links?: readonly (string | null | undefined)[];
  readonly attributes?: Attributes;
  /** Told only as a part of something larger. */
  readonly isPart?: true;
}

/** Tells of work. Never fails, and never waits for whoever is told. */
export interface Traces {
  /** Does the work inside a span, which ends with it and fails with it. */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>;
  /** Does the work as a part of what somebody else has begun. Anything but a traceparent is passed over. */
  goOnFrom<T>(traceparent: string | undefined, work: () => Promise<T>): Promise<T>;
}

const silent: Span = { traceparent: undefined, note: () => undefined, fail: () => undefined };

/** Of a hub that tells nobody. */
export const noTraces: Traces = {
  span: (_name, _options, work) => work(silent),
  goOnFrom: (_traceparent, work) => work(),
};

const around = new AsyncLocalStorage<string>();

/** Of the span that we are in; undefined in none. */
export function traceparent(): string | undefined {
  return around.getStore();
}

/** For whoever makes spans. */
export function inside<T>(parent: string, work: () => T): T {
  return around.run(parent, work);
}

/** Of a database session, for the columns that keep the span in which something was written. As long as a transaction. */
export const traceVariable = 'patchbay.traceparent';
