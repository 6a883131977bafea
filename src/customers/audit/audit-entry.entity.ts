import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { BigIntType, PrimaryKeyProp } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { GraphQLJSONObject } from 'graphql-scalars';

/** What an entry tells beside who did what to which: plain values, never a secret. */
export type AuditDetails = Readonly<Record<string, unknown>>;

@Entity({ tableName: 'audit_entries' })
@ObjectType({
  description: 'A sensitive act, written down in the transaction that did it. Never changed, never deleted.',
})
export class AuditEntry {
  [PrimaryKeyProp]?: ['chain', 'number'];

  /** The customer's id, or `house`. */
  @PrimaryKey({ type: 'text' })
  chain!: string;

  @PrimaryKey({ type: new BigIntType('number') })
  @Field(() => Int, { description: 'Place in the trail, from 1 without gaps.' })
  number!: number;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: "Whom it concerns; null for the house's own acts." })
  customerId!: string | null;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was done.' })
  at!: Date;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Who did it: a member of staff, a program, or the hub itself.' })
  actor!: string;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The API key that it was done with; null for the hub itself.' })
  actorKeyId!: string | null;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'What was done, such as `api-key.revoked`.' })
  act!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'What it was done to: a kind and an id.' })
  target!: string;

  @Property({ type: 'json' })
  @Field(() => GraphQLJSONObject, { description: 'More about it, by the kind of act.' })
  details!: AuditDetails;

  /** The digest of the entry before; 32 zero bytes for the first. */
  @Property({ type: 'blob' })
  previous!: Buffer;

  @Property({ type: 'blob' })
  digest!: Buffer;
}
