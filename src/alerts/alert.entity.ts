import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import type { TakenStep } from './escalation/taken-step.js';
import { AlertKind, AlertOwner, AlertSeverity, AlertState } from './alert-kind.js';

@Entity({ tableName: 'alerts' })
@ObjectType({ description: 'An open problem that somebody should act on. It opens once and is resolved once.' })
export class Alert {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the alert.' })
  id!: string;

  /** What it is about, exactly: among those that are not over there is one of a key. */
  @Property({ type: 'text' })
  key!: string;

  @Property({ type: 'text' })
  @Field(() => AlertKind, { description: 'What it is about.' })
  kind!: AlertKind;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The customer whom it concerns; null when it concerns the hub.' })
  customerId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  connectionId!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => ID, { nullable: true, description: 'Id of the platform, when it is about one.' })
  platform!: string | null;

  @Property({ type: 'text' })
  @Field(() => AlertSeverity, { description: 'How bad it is now.' })
  severity!: AlertSeverity;

  @Property({ type: 'text' })
  @Field(() => AlertOwner, { description: 'Who has to act.' })
  owner!: AlertOwner;

  @Property({ type: 'text' })
  @Field(() => AlertState, { description: 'Where it stands.' })
  state!: AlertState;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'What is wrong.' })
  problem!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'What to do about it.' })
  remedy!: string;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: 'The reconnect link that is ready for it, as `links` lists it; null when there is none.',
  })
  linkId!: string | null;

  @Property({ type: 'json' })
  @Field(() => GraphQLJSONObject, { description: 'Numbers and times behind it, by the kind of alert.' })
  details!: Readonly<Record<string, unknown>>;

  /** Which time that it went wrong: what a person has called resolved stays so until it goes wrong anew. */
  @Property({ type: 'text' })
  occurrence!: string;

  /** Grows when it is to be told again though it is no worse. */
  @Property({ type: 'integer' })
  step!: number;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'Since when it is so.' })
  since!: Date;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was first seen.' })
  firstSeenAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When it was sure; null before.' })
  openedAt!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When somebody said that they look after it.' })
  acknowledgedAt!: Date | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Who looks after it.' })
  acknowledgedBy!: string | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'Until when it is not told again unless it gets worse.' })
  snoozedUntil!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When it was over.' })
  resolvedAt!: Date | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Who said that it is over; null when it ended by itself.' })
  resolvedBy!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it is over.' })
  resolvedBecause!: string | null;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, {
    nullable: true,
    description:
      'The alert `MANY_CONNECTIONS` or `APP_REFUSED` that it is a part of: then nobody is told of it by itself.',
  })
  partOf!: string | null;

  @Property({ type: 'boolean' })
  @Field(() => Boolean, {
    description: 'Whether it has come and gone three times in a day: then it is resolved after six quiet hours only.',
  })
  unstable!: boolean;

  /** When it began, each time in the last day, as ISO 8601. */
  @Property({ type: 'json' })
  onsets!: string[];

  /** Since when it is not seen any more, while it is held open. */
  @Property({ type: 'timestamptz', nullable: true })
  calmSince!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When people were last told of it; null when nobody was.' })
  toldAt!: Date | null;

  @Property({ type: 'text', nullable: true })
  toldSeverity!: AlertSeverity | null;

  @Property({ type: 'integer', nullable: true })
  toldStep!: number | null;

  @Property({ type: 'integer' })
  timesTold!: number;

  /** From when on it counts for how long nobody has acknowledged it; null: it is no error, or nobody was told. */
  @Property({ type: 'timestamptz', nullable: true })
  escalatesFrom!: Date | null;

  /** Since then. */
  @Property({ type: 'integer' })
  stepsTaken!: number;

  /** All of them. */
  @Property({ type: 'json' })
  escalations!: readonly TakenStep[];

  @Property({ type: 'timestamptz' })
  updatedAt!: Date;
}
