import type { SealedColumn } from '../core/sealed-column.js';
import { Connection } from './connection.entity.js';
import { ConnectionResolver } from './connection.resolver.js';
import { Credential } from './credential.entity.js';
import { Link } from './links/link.entity.js';
import { LinkResolver } from './links/link.resolver.js';
import { LinkVisit } from './links/visit.entity.js';

export { countCalls } from './ask-connector.js';
export { Connection, ConnectionHealth } from './connection.entity.js';
export { begin, sendAnotherCode } from './links/begin.js';
export { confirmAccount } from './links/confirm-account.js';
export { enterCode } from './links/enter-code.js';
export { findGuest, type Guest, type GuestDoor, LinkEnded, linkOf } from './links/guest.js';
export { newTicket, ticketMs } from './links/link-secret.js';
export { nameColleague } from './links/name-colleague.js';
export { offerSecret, rejectProposal } from './links/offer-secret.js';
export { alertReactions } from './links/raise-alerts.js';
export { type LinkFacts, readStep, type StepSeen } from './links/read-step.js';
export { markBroken } from './mark-broken.js';
export { openAccount, requireReady, type OpenAccount } from './open-account.js';

const sealed: readonly SealedColumn[] = [
  {
    ...{ table: 'credentials', column: 'sealed', key: 'connection_id', keyType: 'uuid', owner: 'customer' },
    ...{ rowId: 't.connection_id::text', epoch: 't.epoch' },
  },
  {
    ...{ table: 'link_visits', column: 'sealed', key: 'id', keyType: 'uuid', owner: 'customer' },
    ...{ rowId: 't.id::text', epoch: '0' },
  },
];

export const feature = {
  entities: [Connection, Credential, Link, LinkVisit],
  resolvers: [ConnectionResolver, LinkResolver],
  sealed,
};
