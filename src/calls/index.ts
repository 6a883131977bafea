import type { SealedColumn } from '../core/sealed-column.js';
import { Call } from './call.entity.js';
import { CallResolver } from './call.resolver.js';
import { StoredTranscript } from './transcript.entity.js';

export { Call, CallDirection } from './call.entity.js';
export { unstorable } from './check-draft.js';
export { type CallKey, documentPacker, type PackedDocument, unpackDocument } from './documents.js';
export { type CallSource, type PackedCall, stageCalls, storeCalls, type Stored } from './store-calls.js';

/** The natural key, as `documents.ts` makes it. */
export const rowIdOf = (call: string): string =>
  `concat_ws('|', ${call}.platform, ${call}.account_id, ${call}.external_id)`;

const sealed: readonly SealedColumn[] = [
  {
    ...{ table: 'calls', column: 'document', key: 'id', keyType: 'uuid', owner: 'customer' },
    ...{ rowId: rowIdOf('t'), epoch: '0' },
  },
  {
    ...{ table: 'transcripts', column: 'document', key: 'call_id', keyType: 'uuid', owner: 'customer' },
    ...{ rowId: rowIdOf('c'), epoch: '0', join: 'join calls c on c.id = t.call_id' },
  },
];

export const feature = { entities: [Call, StoredTranscript], resolvers: [CallResolver], sealed };
