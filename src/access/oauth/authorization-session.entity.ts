import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { ConnectionNotice } from '../connection.entity.js';
import type { TimesText } from '../tokens/refreshable-of.js';

/**
 * `open`: somebody is at the platform; `exchanging`: came back; `proposed`: the account is known and nothing is live yet;
 * `confirmed`, `rejected`, `failed`: over.
 */
export type AuthorizationStatus = 'open' | 'exchanging' | 'proposed' | 'confirmed' | 'rejected' | 'failed';

/** One person's way through a platform's sign-in. Holds digests of what only that browser knows. Never a GraphQL type. */
@Entity({ tableName: 'authorization_sessions' })
export class AuthorizationSession {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  customerId!: string;

  @Property({ type: 'text' })
  platform!: string;

  /** Label of the connector's method. */
  @Property({ type: 'text' })
  method!: string;

  @Property({ type: 'uuid', nullable: true })
  appId!: string | null;

  /** Of the app that somebody was sent away by. */
  @Property({ type: 'text', nullable: true })
  clientId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  connectionId!: string | null;

  /** The platform's id of the only account that may come of it. */
  @Property({ type: 'text', nullable: true })
  expectedAccount!: string | null;

  @Property({ type: 'uuid', nullable: true })
  linkId!: string | null;

  @Property({ type: 'bytea' })
  stateHash!: Buffer;

  @Property({ type: 'bytea' })
  browserHash!: Buffer;

  @Property({ type: 'text' })
  redirectUri!: string;

  /** Of PKCE, sealed; gone once it was used. */
  @Property({ type: 'bytea', nullable: true })
  verifier!: Buffer | null;

  @Property({ type: 'text' })
  status!: AuthorizationStatus;

  @Property({ type: 'text' })
  requestedBy!: string;

  @Property({ type: 'timestamptz' })
  expiresAt!: Date;

  /** When the tokens were asked for, by the database's clock. */
  @Property({ type: 'timestamptz', nullable: true })
  claimedAt!: Date | null;

  /** The tokens, sealed, until somebody decides. */
  @Property({ type: 'bytea', nullable: true })
  proposed!: Buffer | null;

  @Property({ type: 'text', nullable: true })
  accountId!: string | null;

  @Property({ type: 'text', nullable: true })
  accountName!: string | null;

  @Property({ type: 'json' })
  settings!: Readonly<Record<string, string>>;

  @Property({ type: 'json' })
  warnings!: ConnectionNotice[];

  @Property({ type: 'json', nullable: true })
  times!: TimesText | null;

  @Property({ type: 'json', nullable: true })
  problem!: ConnectionNotice | null;
}
