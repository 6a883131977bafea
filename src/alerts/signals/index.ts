import { drill } from '../drill/drill.js';
import { credentials } from './credentials.js';
import { failedItems } from './failed-items.js';
import { gaps } from './gaps.js';
import { house } from './house.js';
import { runs } from './runs.js';
import { platformChanges } from './platform-changes.js';
import type { Signal } from './signal.js';
import { syncs } from './syncs.js';
import { volume } from './volume.js';
import { waysOut } from './ways-out.js';
import { webhooks } from './webhooks.js';

/** Everything that the hub looks at. */
export const signals: readonly Signal[] = [
  ...[credentials, syncs, webhooks, runs, failedItems, platformChanges, gaps, volume, waysOut, house, drill],
];
