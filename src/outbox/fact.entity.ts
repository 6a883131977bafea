import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { type FactKind, FactKindEnum } from './fact-kind.js';

/** What a fact tells beside what happened to which: plain values, never a secret. */
export type FactDetails = Readonly<Record<string, unknown>>;

@Entity({ tableName: 'facts' })
@ObjectType({
  description: 'Something that has happened and should be told, written down in the transaction that made it true.',
})
export class Fact {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the fact.' })
  id!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The customer whom it concerns.' })
  customerId!: string;

  @Property({ type: 'text' })
  @Field(() => FactKindEnum, { description: 'What has happened.' })
  kind!: FactKind;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The connection that it is about; null when it is about none.' })
  connectionId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The link that it is about or brings; null when there is none.' })
  linkId!: string | null;

  @Property({ type: 'json' })
  @Field(() => GraphQLJSONObject, { description: 'More about it, by the kind of fact.' })
  details!: FactDetails;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it happened.' })
  at!: Date;

  /** Something else must follow from it, and has not yet. */
  @Property({ type: 'boolean' })
  awaitsReaction!: boolean;
}
