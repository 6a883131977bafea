import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { documentPacker, unpackDocument } from '../../src/calls/documents.js';
import type { Keyring } from '../../src/core/ports.js';

const call = { customerId: 'c', platform: 'p', accountId: 'a', externalId: 'e' };
/** Seals nothing: what is told here is what becomes of the bytes before. */
const glass = {
  sealer: () => Promise.resolve((plain: Uint8Array) => Buffer.from(plain)),
  open: (sealed: Uint8Array) => Promise.resolve(Buffer.from(sealed)),
  digest: (_purpose: string, content: string | Uint8Array) => Buffer.from(content),
} as unknown as Keyring;

test.each([0, 1, 255, 256, 257, 2_048, 2_049, 65_536, 300_000])('a document of %i bytes comes back', async size => {
  const document = randomBytes(size);
  const pack = await documentPacker(glass, call.customerId);
  const { sealed, digest } = await pack(document, 'calls.document', call);
  expect(await unpackDocument(glass, sealed, 'calls.document', call)).toEqual(document);
  expect(digest).toEqual((await pack(document, 'calls.document', call)).digest);
});
