import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Behaviour, Reply } from '../platform.js';
import { always, bytes, complete, drip, failed, flood, givenUp, row, slow, transcriptsAside } from '../row.js';

const head = (...lines: readonly string[]) =>
  ['HTTP/1.1 200 OK', 'content-type: application/json', ...lines, '', ''].join('\r\n');
const page = (reply: Reply): Behaviour => always('listing', reply);
const packed = (encoding: string, body: Buffer) => page({ headers: { 'content-encoding': encoding }, body });
const bomb = Buffer.alloc(20_000_000, '[');
const json = (good: unknown) => Buffer.from(JSON.stringify(good));

/** Bytes that are no HTTP, or HTTP with malice. */
export const wire = [
  row('a gzip bomb', packed('gzip', gzipSync(bomb)), failed),
  row('a brotli bomb', packed('br', brotliCompressSync(bomb, { params: { 1: 1 } })), failed),
  row('a deflate bomb', packed('deflate', deflateSync(bomb)), failed),
  row('a zstd bomb', packed('zstd', zstdCompressSync(bomb)), failed),
  row(
    'a body packed twice',
    {
      listing: ({ good }) => ({ headers: { 'content-encoding': 'gzip, gzip' }, body: gzipSync(gzipSync(json(good))) }),
    },
    givenUp,
  ),
  row('an encoding that nobody knows', packed('lzma', Buffer.from('{}')), givenUp),
  row(
    'a body that says it is packed and is not',
    { listing: ({ good }) => ({ headers: { 'content-encoding': 'gzip' }, body: good }) },
    givenUp,
  ),
  row(
    'a packed body cut short',
    {
      listing: ({ good }) => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(json(good)).subarray(0, -20) }),
    },
    givenUp,
  ),
  row(
    'a length longer than the body',
    page({ wire: socket => socket.end(`${head('content-length: 100')}{"calls":[`) }),
    givenUp,
  ),
  row(
    'a length shorter than the body',
    { listing: ({ good }) => bytes(head(`content-length: ${json(good).length - 5}`), json(good)) },
    givenUp,
  ),
  row('a negative length', page(bytes(head('content-length: -1'), '{}')), givenUp),
  row('two lengths', page(bytes(head('content-length: 2', 'content-length: 4'), '{}{}')), givenUp),
  row(
    'a length and chunks',
    page(bytes(head('content-length: 2', 'transfer-encoding: chunked'), '2\r\n{}\r\n0\r\n\r\n')),
    givenUp,
  ),
  row('chunks whose size is no number', page(bytes(head('transfer-encoding: chunked'), 'xyz\r\n{}\r\n')), givenUp),
  slow('a body drop by drop', page(drip(head('content-length: 100000'), ' ', 20)), givenUp),
  slow('a head drop by drop', page(drip('HTTP/1.1 200 OK\r\n', 'x-slow: 1\r\n', 20)), givenUp),
  slow('no answer at all', page({ wire: () => undefined }), givenUp),
  row('a body that never ends', page(flood(head(), Buffer.alloc(65_536, ' '))), failed),
  row(
    'chunks that never end',
    page(flood(head('transfer-encoding: chunked'), Buffer.from(`10000\r\n${' '.repeat(65_536)}\r\n`))),
    failed,
  ),
  row(
    'transcripts that never end',
    always('transcripts', flood(head(), Buffer.alloc(65_536, ' '))),
    transcriptsAside('PLATFORM_CHANGED'),
  ),
  slow('a head of a megabyte', page(bytes(head(`x-long: ${'x'.repeat(1_000_000)}`))), givenUp),
  row(
    'a head that never ends',
    page(flood('HTTP/1.1 200 OK\r\n', Buffer.from(`x-more: ${'x'.repeat(1_000)}\r\n`))),
    givenUp,
  ),
  slow(
    'ten thousand headers',
    page(bytes(head(...Array.from({ length: 10_000 }, (_, i) => `x-${i}: ${i}`), 'content-length: 2'), '{}')),
    givenUp,
  ),
  slow(
    'answers that announce answers, for ever',
    page(flood('', Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'))),
    givenUp,
  ),
  row(
    'an answer that announces the answer',
    {
      listing: ({ good }) =>
        bytes(
          'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n',
          head(`content-length: ${json(good).length}`),
          json(good),
        ),
    },
    complete(),
  ),
  slow(
    'another protocol that nobody asked for',
    page(bytes('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n')),
    givenUp,
  ),
  row(
    'two answers to one request',
    {
      listing: ({ good }) =>
        bytes(head(`content-length: ${json(good).length}`), json(good), head('content-length: 2'), '{}'),
    },
    complete(),
  ),
  slow('bytes that are no HTTP', page(bytes(Buffer.alloc(1_000, 0xaa))), givenUp),
  slow('mail instead of HTTP', page(bytes('220 mail.acme.test ESMTP\r\n')), givenUp),
  row('a connection closed at once', page({ wire: socket => socket.destroy() }), givenUp),
  row(
    'a connection reset within the body',
    page({ wire: socket => void socket.write(head('content-length: 100'), () => socket.resetAndDestroy()) }),
    givenUp,
  ),
];
