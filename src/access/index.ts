import type { SealedColumn } from '../core/sealed-column.js';
import { Connection } from './connection.entity.js';
import { ConnectionResolver } from './connection.resolver.js';
import { Credential } from './credential.entity.js';

export { countCalls } from './ask-connector.js';
export { Connection } from './connection.entity.js';
export { markBroken } from './mark-broken.js';
export { openAccount, requireReady, type OpenAccount } from './open-account.js';

const sealed: readonly SealedColumn[] = [
  {
    ...{ table: 'credentials', column: 'sealed', key: 'connection_id', keyType: 'uuid', owner: 'customer' },
    ...{ rowId: 't.connection_id::text', epoch: 't.epoch' },
  },
];

export const feature = { entities: [Connection, Credential], resolvers: [ConnectionResolver], sealed };
