import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { type ChangeType, ChangeTypeEnum } from './change-type.js';

@Entity({ tableName: 'changes' })
@ObjectType({
  description: 'Something that has happened to things of a customer. Says which; how they are now, a query tells.',
})
export class Change {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the change, and the position behind it in the feed.' })
  id!: string;

  /** Place in the feed; null until it has one. */
  @Property({ type: 'bigint', nullable: true })
  number!: string | null;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The customer whose things they are.' })
  customerId!: string;

  @Property({ type: 'text' })
  @Field(() => ChangeTypeEnum, { description: 'What has happened.' })
  type!: ChangeType;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it happened.' })
  at!: Date;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The connection that it is about, or that calls came through.' })
  connectionId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The import that it is about, or that brought the calls.' })
  importId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The sync that it is about, or that brought the calls.' })
  syncId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The alert that it is about.' })
  alertId!: string | null;

  @Property({ type: 'uuid[]' })
  @Field(() => [ID], {
    description: 'The calls that it is about, at most 100: `calls(filter: { ids: … })` reads them.',
  })
  callIds!: string[];
}
