import { promisify } from 'node:util';
import { ReplyTooLarge } from '../../core/errors.js';
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
 * @throws ReplyTooLarge when it grows beyond `maxBytes` or a hundredfold; Error when the encoding is unknown or the body is cut.
 */
export async function decodeBody(raw: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity' || raw.length === 0) return raw;
  const decode = decoders.get(name);
  if (decode === undefined) throw new Error('The body has an encoding that nobody asked for.');
  const most = Math.min(maxBytes, Math.max(trustedBytes, raw.length * mostRatio));
  return decode(raw, { maxOutputLength: most }).catch((error: unknown) => {
    const isTooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? new ReplyTooLarge(`The reply unpacks to more than ${most} bytes.`) : error;
  });
}
