import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { KnownAccount } from '../known-account.js';

/** What went wrong at the last step, for the page to tell. */
export type VisitProblem =
  | { readonly kind: 'wrong-code'; readonly left: number }
  | { readonly kind: 'code-over' | 'code-too-soon' | 'no-more-codes' }
  | { readonly kind: 'form'; readonly message: string; readonly remedy?: string; readonly field?: string }
  | { readonly kind: 'mismatch'; readonly found: string }
  | { readonly kind: 'colleague'; readonly field: 'name' | 'email' };

/** The account that was found, before anybody said that it is the right one. */
export interface Proposal {
  readonly account: KnownAccount;
  readonly warnings: readonly { readonly code: string; readonly message: string; readonly remedy: string }[];
}

/** One browser on the way from a link to a connected account. Never a GraphQL type. */
@Entity({ tableName: 'link_visits' })
export class LinkVisit {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  linkId!: string;

  @Property({ type: 'uuid' })
  customerId!: string;

  /** Of the secret in the browser's cookie. */
  @Property({ type: 'bytea' })
  hash!: Buffer;

  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Property({ type: 'timestamptz' })
  seenAt!: Date;

  /** Codes are asked for by one browser and work in no other. */
  @Property({ type: 'bytea', nullable: true })
  codeHash!: Buffer | null;

  @Property({ type: 'timestamptz', nullable: true })
  codeExpiresAt!: Date | null;

  @Property({ type: 'smallint' })
  codeTries!: number;

  @Property({ type: 'timestamptz', nullable: true })
  verifiedAt!: Date | null;

  @Property({ type: 'json', nullable: true })
  problem!: VisitProblem | null;

  @Property({ type: 'json', nullable: true })
  proposal!: Proposal | null;

  /** The credential that belongs to the proposal. */
  @Property({ type: 'bytea', nullable: true })
  sealed!: Buffer | null;

  @Property({ type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
