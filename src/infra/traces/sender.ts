import { setTimeout as pause } from 'node:timers/promises';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Metrics } from '../../core/metrics.js';
import type { Egress, Log } from '../../core/ports.js';
import type { TracesPlace } from '../traces.js';
import { contentType } from './content-type.js';

type Done = Parameters<SpanExporter['export']>[1];

const timeoutMs = 10_000;
const maxBytes = 64 * 1024;
/** Before each further try; then the spans are dropped. */
const pausesMs = [500, 1_000, 2_000, 4_000];
/** What OTLP has a sender try again; all else is for good. */
const passing = new Set([429, 502, 503, 504]);

/** Sends spans over OTLP, through the one way out. What cannot be sent is dropped and counted. */
export class TraceSender implements SpanExporter {
  /** Spans that have ended and are not being sent yet. */
  waiting = 0;
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #isFailing = false;

  constructor(
    readonly place: TracesPlace,
    readonly house: { readonly egress: Egress; readonly metrics: Metrics; readonly log: Log },
  ) {}

  export(spans: ReadableSpan[], done: Done): void {
    this.waiting -= spans.length;
    const sending = this.#send(spans).then(isTaken => {
      this.#underWay.delete(sending);
      const outcome = isTaken ? 'sent' : 'dropped';
      this.house.metrics.count('patchbay_trace_spans_total', { outcome }, spans.length);
      done({ code: isTaken ? 0 : 1 });
    });
    this.#underWay.add(sending);
  }

  /** From now on each is tried once. */
  hurry(): void {
    this.#closing.abort();
  }

  async shutdown(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #send(spans: ReadableSpan[]): Promise<boolean> {
    const serializer = this.place.format === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer;
    const body = serializer.serializeRequest(spans) as Uint8Array;
    for (const pauseMs of [...pausesMs, undefined]) {
      const problem = await this.#post(body);
      if (problem === undefined) return true;
      if (pauseMs === undefined || problem.isForGood || this.#closing.signal.aborted) break;
      await pause(pauseMs, undefined, { signal: this.#closing.signal, ref: false }).catch(() => undefined);
    }
    return false;
  }

  /** @returns why not; undefined when it was taken. */
  async #post(body: Uint8Array): Promise<{ readonly isForGood: boolean } | undefined> {
    const { egress, log } = this.house;
    const { url, format, headers } = this.place;
    let [isTaken, isForGood, reason] = [false, false, 'no answer'];
    try {
      const { status } = await egress.request({
        ...{ url, method: 'POST', headers: { ...headers?.reveal(), 'content-type': contentType[format] }, body },
        ...{ signal: new AbortController().signal, timeoutMs, maxBytes },
      });
      isTaken = status >= 200 && status < 300;
      [isForGood, reason] = [!passing.has(status), `status ${status}`];
    } catch (error) {
      reason = error instanceof Error ? error.message : reason;
    }
    if (isTaken === this.#isFailing) {
      this.#isFailing = !isTaken;
      if (isTaken) log.info('Traces are taken again.');
      else log.warn('Traces are not taken; they are dropped, and nothing else is affected.', { reason });
    }
    return isTaken ? undefined : { isForGood };
  }
}
