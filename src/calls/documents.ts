import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress } from 'node:zlib';
import type { Keyring } from '../core/ports.js';

/**
 * Documents at rest: the platform's own bytes, compressed by zstd and then sealed.
 *
 * A document is bound to the call by its natural key, which is known before the row is.
 */

export type DocumentField = 'calls.document' | 'transcripts.document';

export interface CallKey {
  readonly customerId: string;
  readonly platform: string;
  readonly accountId: string;
  readonly externalId: string;
}

const compressAside = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const params = { [constants.ZSTD_c_compressionLevel]: 1 };
/** Up to here compressing takes less than a millisecond; on another thread it would cost four times as much. */
const smallDocumentBytes = 256 * 1024;
/** Room for what comes out is made in steps: the usual 16 KB would be several times what most documents need. */
const smallestSpare = 4 * 1024;
const largestDocumentBytes = 64 * 1024 * 1024;

/** Packs documents of one customer. The data key is fetched once. */
export async function documentPacker(keyring: Keyring, customerId: string) {
  const seal = await keyring.sealer(customerId);
  return async (document: Uint8Array, field: DocumentField, key: Omit<CallKey, 'customerId'>): Promise<Buffer> =>
    seal(await compress(document), { field, rowId: rowId(key), epoch: 0 });
}

function compress(document: Uint8Array): Buffer | Promise<Buffer> {
  const chunkSize = document.length < smallestSpare ? 2 * smallestSpare : Math.max(smallestSpare, document.length >> 2);
  const options = { params, pledgedSrcSize: document.length, chunkSize };
  return document.length <= smallDocumentBytes ? zstdCompressSync(document, options) : compressAside(document, options);
}

/** The bytes as the platform wrote them. */
export async function unpackDocument(
  keyring: Keyring,
  packed: Uint8Array,
  field: DocumentField,
  key: CallKey,
): Promise<Buffer> {
  const compressed = await keyring.open(packed, { customerId: key.customerId, field, rowId: rowId(key), epoch: 0 });
  return decompress(compressed, { maxOutputLength: largestDocumentBytes });
}

function rowId({ platform, accountId, externalId }: Omit<CallKey, 'customerId'>): string {
  return `${platform}|${accountId}|${externalId}`;
}
