import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A sentence about what stands in the way, with what to do about it. */
export interface HookProblem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/**
 * Where a platform tells of calls by itself: an address of ours, what verifies what arrives there, and what the platform has granted.
 * One for each connection that a real-time sync keeps up with; and one for each platform whose app of this hub has one address for all.
 */
@Entity({ tableName: 'hooks' })
export class Hook {
  /** Part of the address, and no secret by itself. */
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  platform!: string;

  /** Null for the address of an app. */
  @Property({ type: 'uuid', nullable: true })
  customerId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  connectionId!: string | null;

  /** Grows with every new secret. */
  @Property({ type: 'integer' })
  epoch!: number;

  /** What verifies, newest first. */
  @Property({ type: 'bytea', nullable: true })
  sealed!: Buffer | null;

  /** As the platform was told. */
  @Property({ type: 'text', nullable: true })
  url!: string | null;

  /** The platform's, while one lives that we have made. */
  @Property({ type: 'text', nullable: true })
  subscriptionId!: string | null;

  /** Null: it does not end. */
  @Property({ type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  renewAt!: Date | null;

  /** When the platform last said that it is alive. */
  @Property({ type: 'timestamptz', nullable: true })
  checkedAt!: Date | null;

  /** Since when genuine events, or challenges, have shown that this address leads here. */
  @Property({ type: 'timestamptz', nullable: true })
  provenAt!: Date | null;

  /** Since when the platform should have told of every call; null while it need not. */
  @Property({ type: 'timestamptz', nullable: true })
  aliveSince!: Date | null;

  /** Polls that found calls of which the platform had told nothing, since an event arrived or the subscription was made. */
  @Property({ type: 'integer' })
  silentPolls!: number;

  /** When the subscription was last made anew because the platform was silent. */
  @Property({ type: 'timestamptz', nullable: true })
  mendedAt!: Date | null;

  /** Until then a challenge is answered that nobody has signed. */
  @Property({ type: 'timestamptz', nullable: true })
  awaitsUntil!: Date | null;

  /** When somebody looks after it next. */
  @Property({ type: 'timestamptz' })
  nextAt!: Date;

  /** Until then somebody looks after it. */
  @Property({ type: 'timestamptz', nullable: true })
  heldUntil!: Date | null;

  /** How often somebody took it up: see `hold.ts`. */
  @Property({ type: 'integer' })
  claim!: number;

  /** In a row. */
  @Property({ type: 'integer' })
  failures!: number;

  @Property({ type: 'json', nullable: true })
  problem!: HookProblem | null;

  /** Nobody needs it any more; it is to be unsubscribed. */
  @Property({ type: 'boolean' })
  ending!: boolean;

  @Property({ type: 'timestamptz', nullable: true })
  lastEventAt!: Date | null;

  @Property({ type: 'integer' })
  eventsReceived!: number;

  /** When a look was last begun, on the database's clock. */
  @Property({ type: 'timestamptz', nullable: true })
  lookedAt!: Date | null;

  @Property({ type: 'timestamptz' })
  createdAt!: Date;
}
