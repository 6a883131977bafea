import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ContactMail } from '../customers/index.js';

export enum MailStatus {
  WAITING = 'WAITING',
  SENT = 'SENT',
  KEPT = 'KEPT',
  DEAD = 'DEAD',
}
registerEnumType(MailStatus, {
  name: 'MailStatus',
  description: 'What has become of a mail.',
  valuesConfig: {
    WAITING: { description: 'It is to be sent, perhaps again after a failure.' },
    SENT: { description: 'The mail server has taken it. What it said is not kept.' },
    KEPT: { description: 'No mail server is configured; `text` shows it, and a person has to pass it on.' },
    DEAD: { description: 'It could not be sent; `problem` says why. What it said is not kept.' },
  },
});

@Entity({ tableName: 'mails' })
@ObjectType({ description: 'A mail to a contact.' })
export class Mail {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the mail; its Message-ID begins with it.' })
  id!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The customer whose contact it goes to.' })
  customerId!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Name of the recipient.' })
  recipientName!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Address of the recipient.' })
  recipientAddress!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Subject.' })
  subject!: string;

  /** The link that it brings; null when it brings none. */
  @Property({ type: 'uuid', nullable: true })
  linkId!: string | null;

  /** Links and codes stand in it. Empty once it was sent or given up. */
  @Property({ type: 'bytea' })
  sealed!: Buffer;

  @Property({ type: 'text' })
  @Field(() => MailStatus, { description: 'What has become of it.' })
  status!: MailStatus;

  @Property({ type: 'smallint' })
  @Field(() => Int, { description: 'How often sending it was tried.' })
  attempts!: number;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why it was not sent the last time; null when nothing went wrong.',
  })
  problem!: string | null;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'In which language, as in `en`.' })
  language!: string;

  /** Of those who can do without it; null for whoever else it goes to. */
  @Property({ type: 'uuid', nullable: true })
  contactId!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => ContactMail, {
    nullable: true,
    description: 'Which of the mails it is that a contact can do without; null when it is none of them.',
  })
  kind!: ContactMail | null;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was written.' })
  createdAt!: Date;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'After this it is of no use any more and is not sent.' })
  usefulUntil!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When the mail server took it; null while it has not.' })
  sentAt!: Date | null;
}
