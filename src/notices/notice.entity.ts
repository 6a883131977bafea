import type { Rel } from '@mikro-orm/postgresql';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Channel } from './channel.entity.js';
import { NoticeSeverity, NoticeTopic } from './notice-topic.js';

export enum NoticeStatus {
  WAITING = 'WAITING',
  SENT = 'SENT',
  KEPT = 'KEPT',
  WITHDRAWN = 'WITHDRAWN',
  DIVERTED = 'DIVERTED',
  DEAD = 'DEAD',
}
registerEnumType(NoticeStatus, {
  name: 'NoticeStatus',
  description: 'What has become of a notice.',
  valuesConfig: {
    WAITING: { description: 'It is to be sent, with others of the same minutes, or again after a failure.' },
    SENT: { description: 'It has been taken.' },
    KEPT: { description: 'No mail server is configured; `text` shows it.' },
    WITHDRAWN: {
      description: 'It was over, part of a larger trouble, or what was escalated was looked after, before it was sent.',
    },
    DIVERTED: { description: 'Its channel did not work; the one behind it was used.' },
    DEAD: { description: 'It could not be sent; `problem` says why.' },
  },
});

@Entity({ tableName: 'notices' })
@ObjectType({ description: 'Something that people are told by a channel.' })
export class Notice {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the notice.' })
  id!: string;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The customer whom it concerns; null when it concerns the hub.' })
  customerId!: string | null;

  @ManyToOne(() => Channel, { eager: true })
  @Field(() => Channel, { description: 'Where it goes.' })
  channel!: Rel<Channel>;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The alert that it tells of.' })
  alertId!: string | null;

  @Property({ type: 'text' })
  @Field(() => NoticeTopic, { description: 'What it is about.' })
  topic!: NoticeTopic;

  @Property({ type: 'text' })
  @Field(() => NoticeSeverity, { description: 'How much it matters.' })
  severity!: NoticeSeverity;

  /** Written twice, it is the same notice. */
  @Property({ type: 'text' })
  once!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'What it says, in a line.' })
  title!: string;

  /** All that it says. Links may stand in it. */
  @Property({ type: 'bytea' })
  sealed!: Buffer;

  @Property({ type: 'text' })
  @Field(() => NoticeStatus, { description: 'What has become of it.' })
  status!: NoticeStatus;

  /** Quiet hours. */
  @Property({ type: 'timestamptz' })
  notBefore!: Date;

  /** How long it waits for others to be told with it. */
  @Property({ type: 'integer' })
  windowSeconds!: number;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: 'The message in which it is; several notices of the same minutes share one.',
  })
  messageId!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was not sent, or not the last time.' })
  problem!: string | null;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was written.' })
  createdAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When it was taken.' })
  sentAt!: Date | null;
}
