import type { Rel } from '@mikro-orm/postgresql';
import { OptionalProps } from '@mikro-orm/postgresql';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CallDirection } from '../calls/index.js';
import { CallMedium } from '../catalog/index.js';
import { Run } from '../runs/index.js';
import { SyncCadence } from './cadence.js';

export enum SyncState {
  ACTIVE = 'ACTIVE',
  PAUSED = 'PAUSED',
}
registerEnumType(SyncState, {
  name: 'SyncState',
  description: 'Whether a sync runs by its schedule.',
  valuesConfig: {
    ACTIVE: { description: 'It runs by its schedule.' },
    PAUSED: { description: 'Somebody has halted it. `resumeSync` lets it go on from where it is.' },
  },
});

@Entity({ tableName: 'syncs' })
@ObjectType({ description: 'A standing instruction to keep up with a connection.' })
export class Sync {
  [OptionalProps]?: 'coveredTo' | 'thoroughAt' | 'recountedAt' | 'callsImported' | 'lastSyncedAt' | 'skippedAt';

  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the sync.' })
  id!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The customer whose calls it brings.' })
  customerId!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The connection that it keeps up with.' })
  connectionId!: string;

  @Property({ type: 'text' })
  @Field(() => SyncCadence, { description: 'How often it runs.' })
  cadence!: SyncCadence;

  /** For REAL_TIME: how far its turns are apart. */
  @Property({ type: 'integer' })
  pollMinutes!: number;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'For `CRON`: the five fields.' })
  cron!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Zone of its local times; null where it has none.' })
  timeZone!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'For `DAILY`: the local time, as `06:30`.' })
  dailyAt!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'For `NIGHT`: the local time from which it may run.' })
  nightFrom!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'For `NIGHT`: the local time before which it starts.' })
  nightTo!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => CallMedium, { nullable: true, description: 'The only medium that it brings; null when all are.' })
  medium!: CallMedium | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => CallDirection, { nullable: true, description: 'The only direction that it brings; null when all are.' })
  direction!: CallDirection | null;

  @Property({ type: 'integer', nullable: true })
  @Field(() => Int, { nullable: true, description: 'Shorter calls are left out, in seconds; null when none are.' })
  minDurationSeconds!: number | null;

  @Property({ type: 'text[]', nullable: true })
  @Field(() => [String], {
    nullable: true,
    description: 'E-mail addresses of the users whose calls it brings; null when all are.',
  })
  users!: string[] | null;

  @Property({ type: 'boolean' })
  @Field(() => Boolean, { description: 'Whether transcripts are fetched as well.' })
  withTranscripts!: boolean;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'From when on calls are brought.' })
  historyFrom!: Date;

  @Property({ type: 'text' })
  @Field(() => SyncState, { description: 'Whether it runs by its schedule.' })
  state!: SyncState;

  @Property({ type: 'timestamptz' })
  nextSlotAt!: Date;

  @Property({ type: 'timestamptz' })
  nextAt!: Date;

  /** The latest. What it has brought is added to the columns below when the next one begins. */
  @ManyToOne(() => Run, { eager: true, nullable: true })
  run!: Rel<Run> | null;

  /** Everything before it is here, as of the runs before the latest. */
  @Property({ type: 'timestamptz', nullable: true })
  coveredTo: Date | null = null;

  /** End of the window of the latest run that looked back all the way. */
  @Property({ type: 'timestamptz', nullable: true })
  thoroughAt: Date | null = null;

  /** End of the window of the latest recount, without the latest run. */
  @Property({ type: 'timestamptz', nullable: true })
  recountedAt: Date | null = null;

  /** Without the latest run. */
  @Property({ type: 'integer' })
  callsImported = 0;

  /** Without the latest run. */
  @Property({ type: 'timestamptz', nullable: true })
  lastSyncedAt: Date | null = null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, {
    nullable: true,
    description: 'When a turn was last left out because the one before was still under way; null when none ever was.',
  })
  skippedAt: Date | null = null;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Who set it up.' })
  requestedBy!: string;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was set up.' })
  createdAt!: Date;

  @Property({ type: 'timestamptz' })
  updatedAt!: Date;
}
