import type { EntityManager } from '@mikro-orm/postgresql';
import type { Connector, Limit, ManifestOnly } from '#connector';
import type { Metrics } from './core/metrics.js';
import type { Bus, Claims, Clock, Egress, Jobs, Keyring, Log, Mailer, OAuthClient, Reach, Sql } from './core/ports.js';
import type { Role } from './core/role.js';
import type { Secret } from './core/secret.js';
import type { Traces } from './core/traces.js';

/** Who is asking in this unit of work. */
export interface Viewer {
  readonly kind: 'key' | 'system' | 'anonymous';
  readonly role: Role;
  /** Set for the role `customer`: the only customer whose things exist for this viewer. */
  readonly customerId: string | undefined;
  readonly apiKeyId: string | undefined;
  readonly staffId: string | undefined;
  /** For the audit trail: "Ada Lovelace", "billing service", "worker". */
  readonly name: string;
}

/** What the use cases are given that lives as long as the process. */
export interface House {
  readonly connectors: ReadonlyMap<string, Connector | ManifestOnly>;
  readonly jobs: Jobs;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly keyring: Keyring;
  readonly sql: Sql;
  readonly claims: Claims;
  readonly egress: Egress;
  /** To addresses that customers choose: what is open to us inside is closed to these. */
  readonly endpointEgress: Egress;
  readonly oauth: OAuthClient;
  readonly metrics: Metrics;
  readonly traces: Traces;
  /** Absent: mails are kept and read by staff. */
  readonly mailer: Mailer | undefined;
  /** Where people see imported calls; `{customer}`, `{connection}` and `{import}` stand for ids. */
  readonly callsUrl: string | undefined;
  /** Replaces the host of Slack's incoming webhooks. */
  readonly slackUrl: string | undefined;
  /** Who runs this hub, by the name that customers know. */
  readonly operatorName: string;
  /** What is to be done at a platform before the credential of a connection is destroyed, as far as that goes. */
  readonly beforeDisconnect?: (scope: Scope, connectionId: string) => Promise<void>;
  /** Where people's browsers reach this process, without a slash at the end. Only what serves them may ask. */
  publicUrl(): string;
  /** Where a link leads that anybody makes, without a slash at the end. @throws AddressUnknown */
  linkUrl(): Promise<string>;
  /** Replacement base URLs by platform id, from `PLATFORM_<ID>_API_URL`. */
  readonly apiUrls: ReadonlyMap<string, string>;
  /** The same for hosts for files, from `PLATFORM_<ID>_MEDIA_URL`. */
  readonly mediaUrls: ReadonlyMap<string, string>;
  /** Replacement hosts by platform id, from `PLATFORM_<ID>_AUTH_URL` and `PLATFORM_<ID>_TOKEN_URL`. */
  readonly authUrls: ReadonlyMap<string, string>;
  readonly tokenUrls: ReadonlyMap<string, string>;
  /** The hub's OAuth apps by platform id, from `PLATFORM_<ID>_CLIENT_ID` and `PLATFORM_<ID>_CLIENT_SECRET`. */
  readonly platformApps: ReadonlyMap<string, { readonly clientId: string; readonly clientSecret: Secret<string> }>;
  /** What counts instead of published limits by platform id, from `PLATFORM_<ID>_LIMITS`. */
  readonly platformLimits: ReadonlyMap<string, readonly Limit[]>;
  /** A scope of the hub itself in which it works for one customer. */
  readonly ownScope: (customerId: string, signal: AbortSignal) => Scope;
  /** As that, for what concerns no customer or all of them. */
  readonly houseScope: (signal: AbortSignal) => Scope;
}

/** One unit of work: a request, a subscription, a job, or a test. Made fresh, thrown away after. */
export interface Scope extends House {
  readonly viewer: Viewer;
  /** Sees only the rows that `reach` allows, by the ORM's filter and by row-level security. */
  readonly em: EntityManager;
  readonly reach: Reach;
  /** Aborted when nobody wants the work any more: client gone, run cancelled, process stopping. */
  readonly signal: AbortSignal;
}

/** One transaction; `inside` is the same scope with the transaction's entity manager. */
export function inTransaction<T>(scope: Scope, work: (inside: Scope) => Promise<T>): Promise<T> {
  return scope.em.transactional(em => work({ ...scope, em: em }));
}
