import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { pageOf } from '../../customers/index.js';

@Entity({ tableName: 'unread_records' })
@ObjectType({
  description:
    "A record of a platform that the hub cannot read: its document is kept, and becomes a call as soon as the platform's connector is mended.",
})
export class UnreadRecord {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the record.' })
  id!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The customer whose record it is.' })
  customerId!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The connection that it came through last.' })
  connectionId!: string;

  @Property({ type: 'text' })
  @Field(() => ID, { description: 'Id of the platform.' })
  platform!: string;

  @Property({ type: 'text' })
  accountId!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: "The platform's id of the call, as far as it could be read." })
  externalId!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'What kind of reason it is.' })
  code!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Why it could not be read.' })
  reason!: string;

  /** Compressed, then sealed. */
  @Property({ type: 'bytea', lazy: true })
  document!: Buffer;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was kept as it now is.' })
  keptAt!: Date;
}

@ObjectType({ description: 'A page of records that cannot be read yet, latest first.' })
export class UnreadRecordPage extends pageOf(UnreadRecord) {}
