import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/**
 * The secret behind a connection, sealed. Never a GraphQL type. What keeps tokens fresh stands beside it in clear; without
 * OAuth it is all empty.
 */
@Entity({ tableName: 'credentials' })
export class Credential {
  @PrimaryKey({ type: 'uuid' })
  connectionId!: string;

  @Property({ type: 'uuid' })
  customerId!: string;

  /** Grows with every renewal and refresh, so that an older secret put back into the row never decrypts. */
  @Property({ type: 'integer' })
  epoch!: number;

  @Property({ type: 'bytea' })
  sealed!: Buffer;

  @Property({ type: 'timestamptz' })
  storedAt!: Date;

  /** To the hour; null: never. */
  @Property({ type: 'timestamptz', nullable: true })
  usedAt!: Date | null;

  /** The customer's own app at the platform; null: the house's. */
  @Property({ type: 'uuid', nullable: true })
  appId!: string | null;

  /** Of the app that it came by, which no other can stand in for; null: none, or nobody knows. */
  @Property({ type: 'text', nullable: true })
  clientId!: string | null;

  /** Null: the access token does not end. */
  @Property({ type: 'timestamptz', nullable: true })
  accessExpiresAt!: Date | null;

  /** When the credential is over unless it is refreshed before; null: never. */
  @Property({ type: 'timestamptz', nullable: true })
  refreshExpiresAt!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  refreshedAt!: Date | null;

  /** When it should be refreshed; null: never. */
  @Property({ type: 'timestamptz', nullable: true })
  dueAt!: Date | null;

  /** Of what a refresh spends. */
  @Property({ type: 'bytea', nullable: true })
  fingerprint!: Buffer | null;

  /** How often what a refresh spends was sent, and nobody wrote down what came of it: the intent, written before it is sent. */
  @Property({ type: 'integer' })
  presented!: number;

  /** Fingerprint of what the platform refused for good: it is never sent again. */
  @Property({ type: 'bytea', nullable: true })
  rejected!: Buffer | null;

  /** In a row. */
  @Property({ type: 'integer' })
  failures!: number;

  /** No refresh before then. */
  @Property({ type: 'timestamptz', nullable: true })
  retryAt!: Date | null;

  @Property({ type: 'json', nullable: true })
  lastFailure!: { readonly kind: string; readonly reason: string; readonly at: string } | null;

  /** How long a refresh may stay silent. */
  @Property({ type: 'integer' })
  leaseSeconds!: number;

  @Property({ type: 'text', nullable: true })
  refreshOwner!: string | null;

  @Property({ type: 'timestamptz', nullable: true })
  refreshUntil!: Date | null;
}
