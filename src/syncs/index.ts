/** Standing instructions to keep up with a connection. */
import { SyncSlot } from './slot.entity.js';
import { Sync } from './sync.entity.js';
import { SyncResolver } from './sync.resolver.js';
import { SyncTurnResolver } from './turn.resolver.js';

export { beginTurns } from './begin-turns.js';
export { businessNow } from './business-now.js';
export { pruneTurns } from './prune-turns.js';

export const feature = { entities: [Sync, SyncSlot], resolvers: [SyncResolver, SyncTurnResolver] };
