import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { pageOf } from '../customers/index.js';
import { Channel, Digest } from './channel.entity.js';
import { EscalationStep } from './escalation-step.js';
import { Notice } from './notice.entity.js';
import { NoticeSeverity, NoticeTopic } from './notice-topic.js';

@InputType({ description: 'Local times between which warnings wait. They may go over midnight.' })
export class QuietHoursInput {
  @Field(() => String, { description: 'From when on, as `22:00`.' })
  from!: string;

  @Field(() => String, { description: 'Until when, as `07:00`.' })
  to!: string;

  @Field(() => String, { description: 'Zone of these times, by its name in the IANA list: `Europe/Berlin`.' })
  timeZone!: string;
}

@InputType({ description: 'When a summary comes of what is not urgent.' })
export class NoticeDigestInput {
  @Field(() => Digest, { description: 'How often.' })
  every!: Digest;

  @Field(() => String, { description: 'At which local time, as `08:00`.' })
  at!: string;

  @Field(() => String, { description: 'Zone of this time, by its name in the IANA list: `Europe/Berlin`.' })
  timeZone!: string;
}

@InputType({ description: 'What is told, and when.' })
class PreferencesInput {
  @Field(() => String, { description: 'What people call the channel, 1 to 100 characters.' })
  name!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The only customer that is told of; left out: all of them, and the hub itself.',
  })
  customerId?: string | null;

  @Field(() => [NoticeTopic], {
    nullable: true,
    description: 'What is told, one topic at least; left out: everything.',
  })
  topics?: NoticeTopic[] | null;

  @Field(() => NoticeSeverity, {
    nullable: true,
    description: 'How much it must matter; left out: `NEWS`, everything.',
  })
  least?: NoticeSeverity | null;

  @Field(() => EscalationStep, {
    nullable: true,
    description:
      'To be told only of errors that nobody has acknowledged for so long; left out: of everything that is wanted, at once.',
  })
  escalation?: EscalationStep | null;

  @Field(() => QuietHoursInput, { nullable: true, description: 'When warnings and news wait; left out: never.' })
  quietHours?: QuietHoursInput | null;

  @Field(() => NoticeDigestInput, {
    nullable: true,
    description:
      'When warnings and news come, as one summary; left out: each soon after it is written. Errors never wait for it.',
  })
  digest?: NoticeDigestInput | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The channel to be used when this one has not worked for five minutes: of the same customer, or of no single one.',
  })
  fallbackId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'In which language: `en` or `de`; left out: `en`. A contact is told in their own, which `changeContact` sets.',
  })
  language?: string | null;
}

@InputType({ description: 'A channel of Slack.' })
export class SetUpSlackInput extends PreferencesInput {
  @Field(() => String, {
    description:
      'Address of an incoming webhook of Slack, which begins with https://hooks.slack.com/services/, or https://hooks.slack-gov.com/services/ for GovSlack. Whoever knows it can post: it is kept encrypted and never shown again.',
  })
  address!: string;
}

@InputType({ description: 'Mails to one person: a member of staff, or a contact of a customer.' })
export class SetUpMailInput extends PreferencesInput {
  @Field(() => ID, {
    description: 'Who gets them: id of a member of staff, or of a contact, who is told of their own company only.',
  })
  recipientId!: string;
}

@InputType({ description: 'What is different about a channel. What is left out stays as it is.' })
export class ChangeNoticeChannelInput {
  @Field(() => ID, { description: 'The channel to change.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'What people call it, 1 to 100 characters.' })
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For `SLACK`: the address of another incoming webhook, to which what waits goes as well.',
  })
  address?: string | null;

  @Field(() => [NoticeTopic], { nullable: true, description: 'What is told.' })
  topics?: NoticeTopic[] | null;

  @Field(() => NoticeSeverity, { nullable: true, description: 'How much it must matter.' })
  least?: NoticeSeverity | null;

  @Field(() => EscalationStep, {
    nullable: true,
    description:
      'To be told only of errors that nobody has acknowledged for so long; null: of everything that is wanted, at once.',
  })
  escalation?: EscalationStep | null;

  @Field(() => QuietHoursInput, {
    nullable: true,
    description: 'When warnings and news wait, those too that wait already; null: never any more.',
  })
  quietHours?: QuietHoursInput | null;

  @Field(() => NoticeDigestInput, {
    nullable: true,
    description:
      'When warnings and news come, as one summary, those too that wait already; null: no summary any more, and what waits for it comes now.',
  })
  digest?: NoticeDigestInput | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The channel to be used when this one does not work; null: none any more.',
  })
  fallbackId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'In which language: `en` or `de`; what waits is told in it too. That of a contact is set by `changeContact`.',
  })
  language?: string | null;
}

@ObjectType({ description: 'A page of channels, newest first.' })
export class NoticeChannelPage extends pageOf(Channel) {}

@ObjectType({ description: 'A page of notices, newest first.' })
export class NoticePage extends pageOf(Notice) {}
