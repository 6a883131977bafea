import pg from 'pg';
import type { Bus, BusEvent, Log } from '../core/ports.js';
import { type PoolUse, useOf } from './pool-use.js';
import { wakefulSocket } from './wakeful-socket.js';

const channel = 'patchbay';
const largestMessage = 7_000;

export interface OpenBus extends Bus {
  use(): PoolUse;
  close(): Promise<void>;
}

/** After so much silence a connection is given up. A listener may hear no news for hours, so it asks for a word meanwhile. */
const usualSilenceMs = 9_000;

/** News between processes over one LISTEN connection and NOTIFY. Reconnects for ever; a gap is announced. */
export async function openBus(url: string, log: Log, silenceMs = usualSilenceMs): Promise<OpenBus> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    connectionTimeoutMillis: 5_000,
    stream: () => wakefulSocket(silenceMs),
    application_name: 'patchbay bus',
  });
  pool.on('error', () => undefined);
  const ears = new Map<string, Set<(event: BusEvent) => void>>();
  let listener: pg.Client | undefined;
  let closed = false;
  let delayMs = 100;

  const tellAll = (event: BusEvent): void => {
    for (const set of ears.values()) for (const hear of set) hear(event);
  };

  const connect = async (): Promise<void> => {
    const client = new pg.Client({
      connectionString: url,
      stream: () => wakefulSocket(silenceMs),
      connectionTimeoutMillis: 5_000,
      application_name: 'patchbay listener',
    });
    client.on('error', () => undefined);
    client.on('notification', ({ payload }) => {
      const news = readNews(payload);
      for (const hear of ears.get(news?.topic ?? '') ?? []) hear({ kind: 'message', message: news?.message });
    });
    await client.connect();
    await client.query(`listen ${channel}`);
    // Closed while it was on its way.
    if (closed) return void (await client.end());
    const asking = setInterval(() => void client.query('select 1').catch(() => undefined), silenceMs / 3).unref();
    client.on('end', () => {
      clearInterval(asking);
      void reconnect();
    });
    listener = client;
    delayMs = 100;
  };

  const reconnect = async (): Promise<void> => {
    listener = undefined;
    while (!closed) {
      await new Promise(resolve => setTimeout(resolve, delayMs));
      delayMs = Math.min(delayMs * 2, 2_000);
      try {
        if (closed) return;
        await connect();
        tellAll({ kind: 'gap' });
        return;
      } catch (error) {
        log.debug('The bus is not back yet.', { error });
      }
    }
  };

  await connect();

  return {
    publish(topic, message) {
      const payload = JSON.stringify({ topic, message });
      const size = Buffer.byteLength(payload);
      if (size > largestMessage) {
        log.warn('News was too large to be sent.', { topic, size });
        return;
      }
      if (closed) return;
      pool.query('select pg_notify($1, $2)', [channel, payload]).catch((error: unknown) => {
        log.debug('News could not be sent.', { topic, error });
      });
    },
    listen(topic, signal) {
      const queue = new EventQueue(signal);
      const set = ears.get(topic) ?? new Set();
      ears.set(topic, set);
      const hear = (event: BusEvent): void => queue.push(event);
      set.add(hear);
      signal.addEventListener(
        'abort',
        () => {
          set.delete(hear);
          if (set.size === 0 && ears.get(topic) === set) ears.delete(topic);
        },
        { once: true },
      );
      return queue;
    },
    use: () => useOf(pool),
    async close() {
      closed = true;
      await listener?.end().catch(() => undefined);
      await pool.end();
    },
  };
}

/** Whoever may log in to the database may notify on our channel, with whatever words. */
function readNews(payload: string | undefined): { readonly topic: string; readonly message?: unknown } | undefined {
  try {
    const news = JSON.parse(payload ?? '') as { topic?: unknown; message?: unknown } | null;
    return typeof news?.topic === 'string' ? { topic: news.topic, message: news.message } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Events for one slow reader. Each event is news of a state, so a reader that falls behind loses
 * nothing by being told once that it did.
 */
class EventQueue implements AsyncIterable<BusEvent> {
  #events: BusEvent[] = [];
  #wake: (() => void) | undefined;

  constructor(readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  push(event: BusEvent): void {
    if (this.#events.length >= 100) this.#events = [{ kind: 'gap' }];
    else this.#events.push(event);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<BusEvent> {
    while (!this.signal.aborted) {
      const event = this.#events.shift();
      if (event !== undefined) yield event;
      else
        await new Promise<void>(resolve => {
          this.#wake = resolve;
        });
    }
  }
}
