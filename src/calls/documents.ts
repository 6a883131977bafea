import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync, zstdDecompress } from 'node:zlib';
import type { Keyring } from '../core/ports.js';

/**
 * Documents at rest: the platform's own bytes, compressed by zstd and then sealed.
 *
 * A document is bound to the call by its natural key, which is known before the row is; a record that cannot be read, by what it would have.
 */

export type DocumentField =
  | 'calls.document'
  | 'transcripts.document'
  | 'unread_records.document'
  | 'unread_records.transcript';

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
/**
 * Up to here compressing saves little and costs as much processor as sealing: it is stored as it is, in a frame of the
 * same format.
 */
const tinyDocumentBytes = 2 * 1024;
/** Room for what comes out is made in steps: the usual 16 KB would be several times what most documents need. */
const smallestSpare = 4 * 1024;
const largestDocumentBytes = 64 * 1024 * 1024;

export interface PackedDocument {
  readonly sealed: Buffer;
  /**
   * 32 bytes: the same for the same document of a field. Keyed, since whoever takes the database could else try out what was
   * said. Of the compressed bytes, which are far fewer: a new version of the compressor makes it another one.
   */
  readonly digest: Buffer;
}

/** Packs documents of one customer. The data key is fetched once. */
export async function documentPacker(keyring: Keyring, customerId: string) {
  const seal = await keyring.sealer(customerId);
  return async (
    document: Uint8Array,
    field: DocumentField,
    key: Omit<CallKey, 'customerId'>,
  ): Promise<PackedDocument> => {
    const compressed = await compress(document);
    return {
      sealed: seal(compressed, { field, rowId: rowId(key), epoch: 0 }),
      digest: keyring.digest(field, compressed),
    };
  };
}

function compress(document: Uint8Array): Buffer | Promise<Buffer> {
  if (document.length <= tinyDocumentBytes) return frameOf(document);
  const options = {
    ...{ params, pledgedSrcSize: document.length },
    chunkSize: Math.max(smallestSpare, document.length >> 2),
  };
  return document.length <= smallDocumentBytes ? zstdCompressSync(document, options) : compressAside(document, options);
}

/** A zstd frame (RFC 8878, 3.1.1) with the bytes as one raw block. At most 65,791 of them. */
function frameOf(document: Uint8Array): Buffer {
  const isShort = document.length < 256;
  const frame = Buffer.allocUnsafe((isShort ? 9 : 10) + document.length);
  frame.writeUInt32LE(0xfd2fb528);
  // One segment, and how many bytes the size takes.
  frame[4] = isShort ? 0x20 : 0x60;
  if (isShort) frame[5] = document.length;
  else frame.writeUInt16LE(document.length - 256, 5);
  const block = isShort ? 6 : 7;
  frame.writeUIntLE(document.length * 8 + lastRawBlock, block, 3);
  frame.set(document, block + 3);
  return frame;
}

const lastRawBlock = 1;

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
