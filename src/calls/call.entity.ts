import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CallMedium } from '../catalog/index.js';

export enum CallDirection {
  INBOUND = 'inbound',
  OUTBOUND = 'outbound',
  INTERNAL = 'internal',
}
registerEnumType(CallDirection, {
  name: 'CallDirection',
  description: "Who called whom, seen from the customer's side.",
  valuesConfig: {
    INBOUND: { description: 'Somebody outside called.' },
    OUTBOUND: { description: 'The customer called somebody outside.' },
    INTERNAL: { description: 'Nobody outside took part.' },
  },
});

@ObjectType({ description: 'A person on a call.' })
export class Participant {
  @Field(() => String, { nullable: true, description: 'Name, where the platform knows it.' })
  name?: string;

  @Field(() => String, { nullable: true, description: 'E-mail address, where the platform knows it.' })
  email?: string;

  @Field(() => String, { nullable: true, description: 'Telephone number, in E.164 where it can be derived.' })
  phone?: string;

  @Field(() => String, {
    nullable: true,
    description: '`host` for whom the call belongs to, `guest` for everybody else.',
  })
  role?: string;

  @Field(() => String, { nullable: true, description: '`internal` for people of the customer, `external` for others.' })
  affiliation?: string;

  /** Joins transcript lines; the platform's own key. */
  speakerId?: string;
}

@ObjectType({
  description:
    'A recording that the platform holds. Its link is asked for just before a download, since links die within hours.',
})
export class Recording {
  @Field(() => ID, { description: "The platform's reference." })
  ref!: string;

  @Field(() => String, { description: '`audio` or `video`.' })
  kind!: string;
}

@ObjectType({ description: 'One stretch of speech.' })
export class TranscriptLine {
  @Field(() => String, {
    description: 'Who speaks: the name where it is known, else the mark that the platform gives.',
  })
  speaker!: string;

  @Field(() => Float, { description: 'Seconds from the start of the call.' })
  startSeconds!: number;

  @Field(() => Float, { nullable: true, description: 'Seconds from the start of the call, where the platform says.' })
  endSeconds?: number | undefined;

  @Field(() => String, { description: 'What is said.' })
  text!: string;
}

@ObjectType({ description: 'Who said what, and when.' })
export class Transcript {
  @Field(() => String, { nullable: true, description: 'Language as BCP 47, where it can be told.' })
  language?: string | undefined;

  @Field(() => String, {
    description: '`platform` when the words are those of the platform, `ours` when the hub transcribed again.',
  })
  origin!: string;

  @Field(() => [TranscriptLine], { description: 'The lines in order of time.' })
  lines!: TranscriptLine[];
}

@ObjectType({ description: 'Where a call comes from.' })
export class Provenance {
  @Field(() => String, { description: 'In words: "Imported from … on …".' })
  text!: string;

  @Field(() => ID, { nullable: true, description: 'The import that brought it first.' })
  importId?: string | undefined;

  @Field(() => ID, { description: 'The connection that it came through.' })
  connectionId!: string;

  @Field(() => String, { description: "The platform's id of the call." })
  remoteId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Where the transcript comes from: `platform`, `ours`, or nothing when there is none.',
  })
  transcriptOrigin?: string | undefined;

  @Field(() => Date, { description: 'When it was first imported.' })
  importedAt!: Date;
}

@Entity({ tableName: 'calls' })
@ObjectType({ description: 'A recorded conversation, phone or meeting, from whatever platform.' })
export class Call {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the call in this hub.' })
  id!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The customer whose call it is.' })
  customerId!: string;

  @Property({ type: 'uuid' })
  connectionId!: string;

  @Property({ type: 'uuid', nullable: true })
  importId!: string | null;

  @Property({ type: 'text' })
  @Field(() => ID, { description: 'Id of the platform that it comes from.' })
  platform!: string;

  @Property({ type: 'text' })
  accountId!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: "The platform's id of the call." })
  externalId!: string;

  @Property({ type: 'text' })
  @Field(() => CallMedium, { description: 'How people spoke.' })
  medium!: CallMedium;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it began, in UTC.' })
  startedAt!: Date;

  @Property({ type: 'smallint', nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: 'Offset of the local time that the platform gave, in minutes east of UTC.',
  })
  startedOffsetMinutes!: number | null;

  @Property({ type: 'integer', nullable: true })
  @Field(() => Int, { nullable: true, description: 'Length in whole seconds.' })
  durationSeconds!: number | null;

  @Property({ type: 'integer', nullable: true })
  @Field(() => Int, { nullable: true, description: 'Length in milliseconds, where the platform says it that exactly.' })
  durationMs!: number | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Title, where the platform has one: its first 1,000 characters.',
  })
  title!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => CallDirection, { nullable: true, description: "Who called whom, seen from the customer's side." })
  direction!: CallDirection | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Where the call can be seen on the platform.' })
  link!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Language as BCP 47, where it can be told.' })
  language!: string | null;

  @Property({ type: 'json' })
  @Field(() => [Participant], { description: 'Who took part.' })
  participants!: Participant[];

  @Property({ type: 'json' })
  @Field(() => [Recording], { description: 'Recordings that the platform holds.' })
  recordings!: Recording[];

  @Property({ type: 'timestamptz' })
  importedAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, {
    nullable: true,
    description: 'When it was found to be gone at the platform, by two recounts of a sync; null while it is there.',
  })
  removedAt!: Date | null;
}
