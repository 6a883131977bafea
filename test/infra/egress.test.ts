import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { HeldBack } from '../../src/core/errors.js';
import type { EgressRequest } from '../../src/core/ports.js';
import { createEgress } from '../../src/infra/egress.js';
import type { Resolve } from '../../src/infra/egress/connector.js';
import { silentLog } from '../conformance/quiet-log.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function served(
  answer: Answer,
): Promise<{ url: string; port: number; requests: IncomingMessage[]; server: Server }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise(resolve => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, requests, server };
}

function egress(allow: readonly string[] = ['127.0.0.1'], resolve?: Resolve) {
  const made = createEgress({ allow, log: silentLog, resolve });
  closers.push(() => made.close());
  return made;
}

function get(url: string, more: Partial<EgressRequest> = {}): EgressRequest {
  const signal = new AbortController().signal;
  return { url, method: 'GET', headers: {}, signal, timeoutMs: 5_000, maxBytes: 1_000_000, ...more };
}

test('hands back status, headers and bytes, and says who asks', async () => {
  const { url, requests } = await served((_, response) => {
    response.writeHead(
      418,
      [
        ['X-Once', 'a'],
        ['Set-Cookie', 'one'],
        ['Set-Cookie', 'two'],
      ].flat(),
    );
    response.end('short');
  });

  const reply = await egress().request(
    get(`${url}/path?q=1`, { headers: { 'User-Agent': 'somebody', 'X-Own': 'yes' } }),
  );

  expect(reply).toMatchObject({ status: 418, headers: { 'x-once': 'a', 'set-cookie': 'two' } });
  expect(reply.bytes.toString()).toBe('short');
  expect(requests[0]?.headers).toMatchObject({ 'user-agent': 'patchbay', 'x-own': 'yes' });
  expect(requests[0]?.url).toBe('/path?q=1');
});

test('sends a body and keeps connections for later requests', async () => {
  const bodies: string[] = [];
  const sockets = new Set<unknown>();
  const { url } = await served((request, response) => {
    sockets.add(request.socket);
    request
      .setEncoding('utf8')
      .on('data', text => bodies.push(text))
      .on('end', () => response.end('{}'));
  });
  const client = egress();

  const cursors = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const cursor of cursors) await client.request(get(url, { method: 'POST', body: cursor }));

  expect(bodies).toEqual(cursors);
  // A connection may still be busy with the end of its answer when the next request comes.
  expect(sockets.size).toBeLessThanOrEqual(2);
});

test.each([
  ['gzip', gzipSync('words, words'.repeat(50))],
  ['br', brotliCompressSync('words, words'.repeat(50))],
  ['identity', Buffer.from('words, words'.repeat(50))],
])('reads a body sent as %s', async (encoding, body) => {
  const { url } = await served((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body));

  const reply = await egress().request(get(url));

  expect(reply.bytes.toString()).toBe('words, words'.repeat(50));
});

test.each<[string, Answer]>([
  ['announced', (_, r) => void r.writeHead(200, { 'content-length': '300000' }).end(Buffer.alloc(300_000, 'word'))],
  ['not announced', (_, r) => r.write(Buffer.alloc(150_000, 'word'), () => r.end(Buffer.alloc(150_000, 'word')))],
])('a body of a length that was %s comes whole, in memory of its own', async (_, answer) => {
  const { url } = await served(answer);

  const { bytes } = await egress().request(get(url));

  expect(bytes.equals(Buffer.alloc(300_000, 'word'))).toBe(true);
  expect(bytes.buffer.byteLength).toBe(300_000);
});

const tooLarge: readonly [string, Answer, Partial<EgressRequest>?][] = [
  [
    'a gzip bomb',
    (_, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(30_000_000))),
    { maxBytes: 64_000_000 },
  ],
  [
    'a packed body above the cap',
    (_, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('ab'.repeat(50_000))),
    { maxBytes: 99_999 },
  ],
  ['a plain body above the cap', (_, r) => r.end(Buffer.alloc(100_000)), { maxBytes: 99_999 }],
  ['a body that never ends', (_, r) => void r.write(Buffer.alloc(100_000)), { maxBytes: 99_999 }],
  [
    'a brotli bomb',
    (_, r) => r.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync(Buffer.alloc(30_000_000))),
    { maxBytes: 64_000_000 },
  ],
  [
    'a deflate bomb',
    (_, r) => r.writeHead(200, { 'content-encoding': 'deflate' }).end(deflateSync(Buffer.alloc(30_000_000))),
    { maxBytes: 64_000_000 },
  ],
  [
    'a zstd bomb',
    (_, r) => r.writeHead(200, { 'content-encoding': 'zstd' }).end(zstdCompressSync(Buffer.alloc(30_000_000))),
    { maxBytes: 64_000_000 },
  ],
];
test.each(tooLarge)('%s is refused, and not tried again', async (_, answer, more) => {
  const { url } = await served(answer);

  const asked = egress().request(get(url, more));

  await expect(asked).rejects.toMatchObject({ code: 'PLATFORM_CHANGED', recovery: 'stop' });
});

const unusable: readonly [string, Answer, Partial<EgressRequest>?][] = [
  [
    'a cut packed body',
    (_, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('words'.repeat(999)).subarray(0, 20)),
  ],
  ['an unknown encoding', (_, r) => r.writeHead(200, { 'content-encoding': 'lzma' }).end('x')],
  ['a socket cut before the head', request => void request.socket.destroy()],
  [
    'a socket cut within the body',
    (request, r) => void r.writeHead(200, { 'content-length': '100' }).write('x', () => request.socket.destroy()),
  ],
  ['a socket cut within a chunked body', (request, r) => void r.write('x', () => request.socket.destroy())],
  ['no head in time', () => undefined, { timeoutMs: 50 }],
  ['no end in time', (_, r) => void r.write('x'), { timeoutMs: 50 }],
];
test.each(unusable)('%s is no usable answer, to be tried again', async (_, answer, more) => {
  const { url } = await served(answer);

  const asked = egress().request(get(url, more));

  await expect(asked).rejects.toMatchObject({ code: 'PLATFORM_UNREACHABLE', recovery: 'retry' });
});

test('nobody listening is no usable answer, to be tried again', async () => {
  const { url, server } = await served(() => undefined);
  await new Promise(resolve => server.close(resolve));

  await expect(egress().request(get(url))).rejects.toMatchObject({ code: 'PLATFORM_UNREACHABLE', recovery: 'retry' });
});

test('short bodies may be packed as tightly as they like', async () => {
  const { url } = await served((_, r) =>
    r.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(900_000))),
  );

  const reply = await egress().request(get(url));

  expect(reply.bytes.length).toBe(900_000);
});

test('a redirect is an answer and is not followed', async () => {
  const second = await served((_, response) => response.end('secret'));
  const first = await served((_, response) => response.writeHead(302, { location: second.url }).end());

  const reply = await egress().request(get(first.url));

  expect(reply.status).toBe(302);
  expect(second.requests).toHaveLength(0);
});

test('an abort ends a request at once, with its reason', async () => {
  const abort = new AbortController();
  const { url } = await served(() => abort.abort(new Error('cancelled')));

  await expect(egress().request(get(url, { signal: abort.signal }))).rejects.toThrow('cancelled');
});

test('a request that is held back in the last moment is never sent, and its connection serves the next', async () => {
  const { url, requests } = await served((_, response) => response.end());
  const heldBack = new HeldBack('Not now.');
  const client = egress();
  const onSent = (): never => {
    throw heldBack;
  };

  await expect(client.request(get(url, { onSent }))).rejects.toBe(heldBack);
  await client.request(get(`${url}/next`));

  expect(requests.map(request => request.url)).toEqual(['/next']);
});

test('an aborted request is never sent', async () => {
  const { url, requests } = await served((_, response) => response.end());

  await expect(egress().request(get(url, { signal: AbortSignal.abort(new Error('cancelled')) }))).rejects.toThrow(
    'cancelled',
  );

  expect(requests).toHaveLength(0);
});

test('headers, path and query stay out of error messages', async () => {
  const { url } = await served(request => void request.socket.destroy());

  const error = await egress()
    .request(get(`${url}/calls?token=canary-1`, { headers: { authorization: 'canary-2' } }))
    .catch((thrown: Error) => thrown);

  expect(`${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)}`).not.toContain('canary');
});

test.each([
  ['its address', (port: number) => [`127.0.0.1:${port}`]],
  ['its network', () => ['127.0.0.0/8']],
  ['its name', () => ['sandbox.test']],
  ['its name and port', (port: number) => [`sandbox.test:${port}`]],
])('a private host is reached when %s is allowed', async (_, allow) => {
  const { port } = await served((_, response) => response.end('in'));
  const byName = allow(port)[0]?.startsWith('sandbox');
  const client = egress(allow(port), async () => [{ address: '127.0.0.1', family: 4 }]);

  const reply = await client.request(get(`http://${byName ? 'sandbox.test' : '127.0.0.1'}:${port}`));

  expect(reply.bytes.toString()).toBe('in');
});

test('an allowed port does not open the others of its host', async () => {
  const { url, requests } = await served((_, response) => response.end());

  await expect(egress(['127.0.0.1:1']).request(get(url))).rejects.toMatchObject({ code: 'EGRESS_REFUSED' });

  expect(requests).toHaveLength(0);
});

test('a name is resolved once, and the connection goes to the address that was judged', async () => {
  const { port, requests } = await served((_, response) => response.end());
  const answers = ['127.0.0.1', '10.0.0.1'];
  const asked: string[] = [];
  const client = egress(['127.0.0.0/8'], async name => [{ address: answers[asked.push(name) - 1] ?? '', family: 4 }]);

  await client.request(get(`http://rebinding.test:${port}/`));

  expect(asked).toEqual(['rebinding.test']);
  expect(requests[0]?.headers.host).toBe(`rebinding.test:${port}`);
});

test('a name with a dead and a living address is reached at the living one', async () => {
  const { port } = await served((_, response) => response.end('in'));
  const both = [
    { address: '127.0.0.2', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ];

  const reply = await egress(['127.0.0.0/8'], async () => both).request(get(`http://two.test:${port}/`));

  expect(reply.bytes.toString()).toBe('in');
});

test.each(['10.0.0.0/33', '10.0.0.0/x', 'host/8', 'user@host', 'http://host', '', 'a b'])(
  'refuses to start with %j in the allow list',
  entry => {
    expect(() => createEgress({ allow: [entry], log: silentLog })).toThrow(`"${entry}"`);
  },
);
