import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { EscalationStep } from './escalation-step.js';
import { NoticeSeverity, NoticeTopic } from './notice-topic.js';

export enum ChannelKind {
  SLACK = 'SLACK',
  MAIL = 'MAIL',
}
registerEnumType(ChannelKind, {
  name: 'NoticeChannelKind',
  description: 'By what notices go.',
  valuesConfig: {
    SLACK: { description: 'An incoming webhook of Slack.' },
    MAIL: { description: 'Mail to one person, as text and as HTML.' },
  },
});

export enum Digest {
  DAILY = 'DAILY',
  WEEKLY = 'WEEKLY',
}
registerEnumType(Digest, {
  name: 'NoticeDigest',
  description: 'How often a summary comes of what is not urgent.',
  valuesConfig: { DAILY: { description: 'Every day.' }, WEEKLY: { description: 'On Mondays.' } },
});

@Entity({ tableName: 'notice_channels' })
@ObjectType('NoticeChannel', { description: 'Where notices go, which ones, and when.' })
export class Channel {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the channel.' })
  id!: string;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: 'The only customer that is told of here; null when all are, and the hub itself.',
  })
  customerId!: string | null;

  @Property({ type: 'text' })
  @Field(() => ChannelKind, { description: 'By what notices go.' })
  kind!: ChannelKind;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'What people call it.' })
  name!: string;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'For `MAIL` to a member of staff: who.' })
  staffId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'For `MAIL` to a contact: who.' })
  contactId!: string | null;

  /** The address of a Slack webhook, by which whoever knows it can post. */
  @Property({ type: 'bytea' })
  sealed!: Buffer;

  @Property({ type: 'array' })
  @Field(() => [NoticeTopic], { description: 'What is told here.' })
  topics!: NoticeTopic[];

  @Property({ type: 'text' })
  @Field(() => NoticeSeverity, { description: 'How much it must matter to be told here.' })
  least!: NoticeSeverity;

  @Property({ type: 'text', nullable: true })
  @Field(() => EscalationStep, {
    nullable: true,
    description:
      'Only errors that nobody has acknowledged for so long are told here, and that they are over; null: all that is wanted, at once.',
  })
  escalation!: EscalationStep | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'From when on warnings wait, as `22:00`; null: never.' })
  quietFrom!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Until when they wait, as `07:00`; null: never.' })
  quietTo!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Zone of these times.' })
  timeZone!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => Digest, {
    nullable: true,
    description: 'How often warnings and news come, as one summary; null: each soon after it is written.',
  })
  digest!: Digest | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'When the summary comes, as `08:00`; null without one.' })
  digestAt!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Zone of that time.' })
  digestZone!: string | null;

  /** Of a contact's channel that of the contact counts. */
  @Property({ type: 'text' })
  language!: string;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: 'The channel that is used when this one has not worked for five minutes.',
  })
  fallbackId!: string | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'Since when nothing gets through; null while it works.' })
  failingSince!: Date | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why nothing gets through; null while it works.' })
  problem!: string | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When something last got through.' })
  lastSentAt!: Date | null;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Who set it up.' })
  createdBy!: string;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was set up.' })
  createdAt!: Date;

  @Property({ type: 'timestamptz' })
  updatedAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  removedAt!: Date | null;
}
