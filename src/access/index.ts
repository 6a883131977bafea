import { Connection } from './connection.entity.js';
import { ConnectionResolver } from './connection.resolver.js';
import { Credential } from './credential.entity.js';

export { countCalls } from './ask-connector.js';
export { Connection } from './connection.entity.js';
export { markBroken } from './mark-broken.js';
export { openAccount, requireReady, type OpenAccount } from './open-account.js';

export const feature = { entities: [Connection, Credential], resolvers: [ConnectionResolver] };
