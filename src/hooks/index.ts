/** How platforms tell of calls by themselves: addresses, what arrives there, and what follows from it. */
import type { SealedColumn } from '../core/sealed-column.js';
import { Hook } from './hook.entity.js';
import { HookResolver } from './hook.resolver.js';
import { kept } from './kept-events.js';

export { unsubscribeBeforeCut } from './end-hook.js';
export { hookIdIn } from './hook-address.js';
export { keepHooks } from './keep-hooks.js';
export { Receiver, type Reply } from './receive-event.js';
export { workEvents } from './work-events.js';

const sealed: readonly SealedColumn[] = [
  {
    ...{ table: 'hooks', column: 'sealed', key: 'id', keyType: 'uuid', owner: 'customer or house' },
    ...{ rowId: 't.id::text', epoch: 't.epoch' },
  },
];

export const feature = { entities: [Hook], resolvers: [HookResolver], sealed, kept };
