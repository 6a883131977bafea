/** Standing instructions to keep up with a connection. */
import { kept } from './kept-turns.js';
import { SyncSlot } from './slot.entity.js';
import { Sync } from './sync.entity.js';
import { SyncResolver } from './sync.resolver.js';
import { SyncTurnResolver } from './turn.resolver.js';

export { beginLook } from './begin-look.js';
export { beginTurns } from './begin-turns.js';
export { businessNow } from './business-now.js';
export { SyncCadence } from './cadence.js';
export { fewestMinutes, fewestSeconds, turnsWithin } from './check-schedule.js';
export { keepPace } from './keep-pace.js';
export { SlotKind } from './slot.entity.js';
export { Sync, SyncState } from './sync.entity.js';
export { tellOfSyncs } from './watch-syncs.js';
export { isZone, momentOf, wallClock } from './local-time.js';

export const feature = { entities: [Sync, SyncSlot], resolvers: [SyncResolver, SyncTurnResolver], kept };
