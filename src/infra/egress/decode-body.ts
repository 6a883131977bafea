import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';

type Decode = (raw: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const decoders: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
  ['zstd', promisify(zstdDecompress)],
]);

/** Up to here any ratio is believed: short bodies of one repeated row compress well. */
const trustedBytes = 1024 * 1024;
const mostRatio = 100;

/**
 * Undoes a body's content encoding.
 * @throws Error when the encoding is unknown, the body is cut, it grows beyond `maxBytes`, or it grows a hundredfold.
 */
export async function decodeBody(raw: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity' || raw.length === 0) return raw;
  const decode = decoders.get(name);
  if (decode === undefined) throw new Error('The body has an encoding that nobody asked for.');
  return decode(raw, { maxOutputLength: Math.min(maxBytes, Math.max(trustedBytes, raw.length * mostRatio)) });
}
