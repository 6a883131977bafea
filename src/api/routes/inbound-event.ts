import type { IncomingMessage, RequestListener } from 'node:http';
import { hookIdIn, Receiver, type Reply } from '../../hooks/index.js';
import { Buckets } from '../limits/buckets.js';
import { always } from '../post-graphql.js';
import { refuse } from '../refusals.js';
import type { House } from '../../scope.js';
import type { Rooms } from '../scope-for.js';

const mostBytes = 8 * 1024 * 1024;
/** All that are being read, together. */
const mostBytesInHand = 64 * 1024 * 1024;
/** Of them at one address, so that no customer is in the way of all others. */
const mostBytesOfOne = 16 * 1024 * 1024;
const busy: Reply = { status: 503, headers: { 'retry-after': '5' } };

/**
 * Where platforms send their events: `POST /hooks/<address>`. What is no address of ours is left to `others`, unread and without a look into
 * the database.
 */
export function inboundEvents(rooms: Rooms, others: RequestListener): RequestListener {
  const { house, limits } = rooms;
  const receiver = new Receiver(house);
  const rates = new Buckets(limits.events);
  const hand = { bytes: 0 };
  const ofOne = new Map<string, number>();
  const idIn = rememberedIds(path => hookIdIn(house.keyring, path));

  function hold(hookId: string, bytes: number): void {
    hand.bytes += bytes;
    const held = (ofOne.get(hookId) ?? 0) + bytes;
    if (held > 0) ofOne.set(hookId, held);
    else ofOne.delete(hookId);
  }

  async function answer(request: IncomingMessage, path: string, hookId: string): Promise<Reply | undefined> {
    const wait = rates.take(hookId);
    if (wait > 0) return { status: 429, headers: { 'retry-after': String(Math.max(1, Math.ceil(wait))) } };
    const size = Number(request.headers['content-length'] ?? mostBytes);
    if (size > mostBytes) return { status: 413 };
    if (hand.bytes + size > mostBytesInHand || (ofOne.get(hookId) ?? 0) + size > mostBytesOfOne) return busy;
    hold(hookId, size);
    try {
      const body = await readBytes(request);
      if (body === undefined) return { status: 413 };
      const arriving = { hookId, url: house.publicUrl() + path, headers: headersOf(request), body };
      return await tracedArrival(house, () => receiver.receive(arriving));
    } finally {
      hold(hookId, -size);
    }
  }

  return (request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const hookId = request.method === 'POST' ? idIn(path) : undefined;
    if (hookId === undefined) return others(request, response);
    const begun = performance.now();
    void answer(request, path, hookId).then(
      reply => {
        if (reply === undefined || response.destroyed) return;
        if (reply.status === 404) return others(request, response);
        const { status, headers, body = '' } = reply;
        // What was not read to its end is in the way of the next request.
        const end = request.complete ? {} : { connection: 'close' };
        response
          .writeHead(status, { ...always, ...headers, ...end, 'content-length': Buffer.byteLength(body) })
          .end(body);
        house.metrics.observe('patchbay_inbound_event_duration_seconds', {}, (performance.now() - begun) / 1_000);
      },
      (error: unknown) => refuse(rooms, response, error),
    );
  };
}

/** Where a trace begins, whatever the platform says of traces of its own. */
function tracedArrival({ traces }: Pick<House, 'traces'>, receive: () => Promise<Reply>): Promise<Reply> {
  const attributes = { 'http.request.method': 'POST', 'http.route': '/hooks/{address}' };
  return traces.span('POST /hooks/{address}', { kind: 'server', parent: null, attributes }, async span => {
    const reply = await receive();
    span.note({ 'http.response.status_code': reply.status });
    if (reply.status >= 500) span.fail(String(reply.status));
    return reply;
  });
}

/** Undefined: larger than any event. */
function readBytes(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostBytes) chunks.push(chunk);
      else {
        request.pause();
        resolve(undefined);
      }
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('aborted', () => reject(Object.assign(new Error('The sender has gone.'), { status: 400 })));
  });
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const single: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === 'string') single[name] = value;
  }
  return single;
}

const mostRemembered = 10_000;

/** Ids in addresses that were found to be ours, since finding out takes a digest. What anybody makes up is not remembered. */
function rememberedIds(idIn: (path: string) => string | undefined): (path: string) => string | undefined {
  const known = new Map<string, string>();
  return path => {
    const id = known.get(path) ?? idIn(path);
    if (id === undefined || known.has(path)) return id;
    if (known.size >= mostRemembered) known.clear();
    known.set(path, id);
    return id;
  };
}
