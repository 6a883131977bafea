import { Call } from './call.entity.js';
import { CallResolver } from './call.resolver.js';
import { StoredTranscript } from './transcript.entity.js';

export { unstorable } from './check-draft.js';
export { documentPacker } from './documents.js';
export { type CallSource, type PackedCall, stageCalls, storeCalls, type Stored } from './store-calls.js';

export const feature = { entities: [Call, StoredTranscript], resolvers: [CallResolver] };
