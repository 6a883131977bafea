import type { SealedColumn } from '../core/sealed-column.js';
import { PlatformStopResolver } from './stops/platform-stop.resolver.js';
import { SharedAccountResolver } from './shared/shared.resolver.js';
import { AccountMove } from './moves/account-move.entity.js';
import { AccountMoveResolver } from './moves/account-move.resolver.js';
import { PlatformAppResolver } from './apps/platform-app.resolver.js';
import { StoredApp } from './apps/stored-app.entity.js';
import { AuthorizationSession } from './oauth/authorization-session.entity.js';
import { Connection } from './connection.entity.js';
import { ConnectionResolver } from './connection.resolver.js';
import { Credential } from './credential.entity.js';
import { CredentialHealthResolver } from './health/credential-health.resolver.js';
import { Link } from './links/link.entity.js';
import { LinkResolver } from './links/link.resolver.js';
import { LinkVisit } from './links/visit.entity.js';
import { Revocation } from './revocations/revocation.entity.js';

export { checkAccount } from './ask-connector.js';
export { Connection, ConnectionHealth } from './connection.entity.js';
export { endDormant, lookForDormant } from './health/end-dormant.js';
export { lookForEnds, warnOfEnds } from './health/warn-of-ends.js';
export { contactInCharge } from './links/contact-in-charge.js';
export { contactMailed } from './links/contact-mailed.js';
export { begin, sendAnotherCode } from './links/begin.js';
export { confirmAccount } from './links/confirm-account.js';
export { enterCode } from './links/enter-code.js';
export { findGuest, type Guest, type GuestDoor, isUnderWay, LinkEnded, linkOf } from './links/guest.js';
export { forgetVisits, sweepVisits } from './links/forget-visits.js';
export { newTicket, ticketMs } from './links/link-secret.js';
export { nameColleague } from './links/name-colleague.js';
export { offerSecret } from './links/offer-secret.js';
export { refuseLink } from './links/refuse-link.js';
export { rejectAccount } from './links/reject-account.js';
export { signInByLink } from './links/sign-in.js';
export { reconnectAddress } from './links/reconnect-address.js';
export { alertReactions } from './links/raise-alerts.js';
export { tellOfExpiredLinks } from './links/tell-of-expired.js';
export { type LinkFacts, readStep, type StepSeen, type WayIn } from './links/read-step.js';
export { markBroken } from './mark-broken.js';
export { beginAuthorization, type BeginAuthorization } from './oauth/begin-authorization.js';
export { confirmAuthorization } from './oauth/confirm-authorization.js';
export { clientOf } from './oauth/client-for.js';
export { endpointFor } from './oauth/endpoint-for.js';
export { latestAuthorization } from './oauth/find-authorization.js';
export { finishAuthorization } from './oauth/finish-authorization.js';
export { grantParameters } from './oauth/grant-parameters.js';
export { learnedFrom } from './oauth/learned-from.js';
export { tokenHeaders } from './oauth/oauth-method.js';
export { rejectAuthorization } from './oauth/reject-authorization.js';
export { stillWorks } from './still-works.js';
export { sweepAuthorizations } from './oauth/sweep-authorizations.js';
export { openAccount, requireReady, type OpenAccount } from './open-account.js';
export { carryOutRevocations } from './revocations/carry-out-revocations.js';
export { carryOutStops } from './stops/carry-out-stops.js';
export { keeperOf } from './tokens/keeper.js';
export { sweepTokens } from './tokens/sweep-tokens.js';

const sealed: readonly SealedColumn[] = [
  {
    ...{ table: 'credentials', column: 'sealed', key: 'connection_id', keyType: 'uuid', owner: 'customer' },
    ...{ rowId: 't.connection_id::text', epoch: 't.epoch' },
  },
  {
    ...{ table: 'link_visits', column: 'sealed', key: 'id', keyType: 'uuid', owner: 'customer' },
    ...{ rowId: 't.id::text', epoch: '0' },
  },
  {
    ...{ table: 'links', column: 'sealed', key: 'id', keyType: 'uuid', owner: 'customer' },
    ...{ rowId: 't.id::text', epoch: '0' },
  },
  {
    ...{ table: 'revocations', column: 'sealed', key: 'id', keyType: 'uuid', owner: 'customer' },
    ...{ rowId: 't.id::text', epoch: '0' },
  },
  {
    ...{ table: 'credential_imports', column: 'sealed', key: 'id', keyType: 'uuid', owner: 'customer' },
    ...{ rowId: 't.id::text', epoch: '0' },
  },
  {
    ...{ table: 'platform_apps', column: 'sealed', key: 'id', keyType: 'uuid', owner: 'customer or house' },
    ...{ rowId: 't.id::text', epoch: 't.epoch' },
  },
  ...['verifier', 'proposed'].map((column): SealedColumn => {
    const row = { key: 'id', keyType: 'uuid', rowId: 't.id::text', epoch: '0' } as const;
    return { table: 'authorization_sessions', column, owner: 'customer', ...row };
  }),
];

export const feature = {
  entities: [Connection, Credential, Link, LinkVisit, Revocation, AccountMove, StoredApp, AuthorizationSession],
  resolvers: [
    ConnectionResolver,
    CredentialHealthResolver,
    LinkResolver,
    PlatformAppResolver,
    PlatformStopResolver,
    SharedAccountResolver,
    AccountMoveResolver,
  ],
  sealed,
};
