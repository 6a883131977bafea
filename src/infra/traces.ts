/**
 * OpenTelemetry. Loaded only where somebody is told: its libraries are large, and nothing of them is needed otherwise.
 *
 * Nothing patches what others do: what is told of is what the hub itself says.
 */
import { ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { PatchbayError } from '../core/errors.js';
import type { Metrics } from '../core/metrics.js';
import type { Log } from '../core/ports.js';
import type { Secret } from '../core/secret.js';
import { inside, type Span, traceparent, type Traces } from '../core/traces.js';
import { TraceSender } from './traces/sender.js';
import { wayOutTo } from './traces/way-out.js';

/** Who is told, and of how much. */
export interface TracesPlace {
  readonly url: string;
  readonly format: 'http/protobuf' | 'http/json';
  readonly headers: Secret<Readonly<Record<string, string>>> | undefined;
  readonly serviceName: string;
  /** Further attributes of this process. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: SamplerName;
  /** For the samplers that take one, 0 to 1. */
  readonly ratio: number;
}
type SamplerName =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | `parentbased_${'always_on' | 'always_off' | 'traceidratio'}`;

/** What waits to be sent; more is dropped. */
const mostWaiting = 4_096;
const sendEveryMs = 1_000;
const flushMs = 2_000;

export interface OpenTraces extends Traces {
  /** Sends what waits, as far as that goes within two seconds. */
  close(): Promise<void>;
}

export function openTraces(place: TracesPlace, { metrics, log }: { metrics: Metrics; log: Log }): OpenTraces {
  const egress = wayOutTo(place.url, log);
  const sender = new TraceSender(place, { egress, metrics, log });
  const processor = new BatchSpanProcessor({
    exporter: sender,
    maxQueueSize: mostWaiting,
    maxExportBatchSize: 512,
    scheduledDelayMillis: sendEveryMs,
  });
  const tracer = new TracerProvider({
    sampler: samplerOf(place),
    resource: resourceFromAttributes({ ...place.resource, 'service.name': place.serviceName }),
    spanProcessors: [bounded(processor, sender, metrics)],
  }).getTracer('patchbay');

  return {
    async span(name, { kind, parent = traceparent(), links = [], attributes = {}, isPart }, work) {
      const from = read(parent);
      if (isPart === true && from === undefined) return work(told(undefined));
      const span = tracer.startSpan(
        name,
        {
          kind: kind === undefined ? SpanKind.INTERNAL : kinds[kind],
          attributes,
          links: links.flatMap(link => read(link) ?? []).map(context => ({ context })),
        },
        from === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, from),
      );
      const one = told(span);
      try {
        return await inside(one.traceparent as string, () => work(one));
      } catch (error) {
        one.fail(codeOf(error));
        throw error;
      } finally {
        span.end();
      }
    },
    goOnFrom: (parent, work) => (read(parent) === undefined ? work() : inside(parent as string, work)),
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>(resolve => {
        timer = setTimeout(resolve, flushMs);
      });
      sender.hurry();
      await Promise.race([processor.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
      await egress.close();
    },
  };
}

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER };

function told(span: ReturnType<TracerOf['startSpan']> | undefined): Span {
  return {
    traceparent: span && written(span.spanContext()),
    note: attributes => span?.setAttributes(attributes),
    fail: code => span?.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', code),
  };
}
type TracerOf = ReturnType<TracerProvider['getTracer']>;

/** So that what is dropped is known: as much as the library's own queue holds, and no more, is handed to it. */
function bounded(queue: BatchSpanProcessor, sender: TraceSender, metrics: Metrics): SpanProcessor {
  return {
    onStart: () => undefined,
    onEnd(span: ReadableSpan) {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
      if (sender.waiting >= mostWaiting) return metrics.count('patchbay_trace_spans_total', { outcome: 'dropped' });
      sender.waiting += 1;
      queue.onEnd(span);
    },
    forceFlush: () => queue.forceFlush(),
    shutdown: () => queue.shutdown(),
  };
}

function samplerOf({ sampler, ratio }: TracesPlace): Sampler {
  const root = sampler.endsWith('always_on')
    ? new AlwaysOnSampler()
    : sampler.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(ratio);
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

/** https://www.w3.org/TR/trace-context/: version, trace, span, flags. */
const form = /^00-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/;

function read(parent: string | null | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = form.exec(parent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
}

function written({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`;
}

/** A message may hold anything; a code, or the kind of the error, cannot. */
function codeOf(error: unknown): string {
  if (error instanceof PatchbayError) return error.code;
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  const words = [code, name === 'Error' ? undefined : name, (error as object | null)?.constructor?.name];
  return (
    (words.find(word => typeof word === 'string' && /^[A-Za-z\d_]{1,60}$/.test(word)) as string | undefined) ?? 'Error'
  );
}
