import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { CallDirection } from '../calls/index.js';
import { CallMedium } from '../catalog/index.js';
import { PageArguments, pageOf } from '../customers/index.js';
import { Gap } from '../runs/index.js';
import { SyncCadence } from './cadence.js';
import { SyncSlot } from './slot.entity.js';
import { Sync } from './sync.entity.js';

@InputType({
  description:
    'When a sync runs. Local times that a clock change skips run at the first moment after it; those that come twice run the first time only.',
})
export class SyncScheduleInput {
  @Field(() => SyncCadence, { description: 'How often.' })
  cadence!: SyncCadence;

  @Field(() => String, { nullable: true, description: 'For `DAILY`: the local time, as `06:30`.' })
  at?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For `NIGHT`: the local time from which it may run; else 00:00.',
  })
  from?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For `NIGHT`: the local time before which it starts; else 05:00.',
  })
  to?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'For `CRON`: minute, hour, day of the month, month, day of the week: five fields, no names such as `@hourly`.',
  })
  cron?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Zone of the local times, by its name in the IANA list: `Europe/Berlin`, never an offset such as `+02:00`, which knows no summer time. Left out: UTC.',
  })
  timeZone?: string | null;
}

@InputType({ description: 'Which calls a sync brings. Left out: all of them.' })
export class SyncFilterInput {
  @Field(() => CallMedium, {
    nullable: true,
    description: 'Only calls of this medium; refused where the platform has none.',
  })
  medium?: CallMedium | null;

  @Field(() => CallDirection, {
    nullable: true,
    description: 'Only calls of this direction; none of which the platform does not tell it.',
  })
  direction?: CallDirection | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Only calls of at least so many seconds, 1 to 86,400, and those of which the platform does not tell.',
  })
  minDurationSeconds?: number | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Only calls in which one of these users took part, by e-mail address, 1 to 100; none of which the platform tells no address.',
  })
  users?: string[] | null;
}

@InputType({ description: 'A sync to set up.' })
export class CreateSyncInput {
  @Field(() => ID, { description: 'The connection to keep up with.' })
  connectionId!: string;

  @Field(() => SyncScheduleInput, { description: 'When it runs. The first time is at once.' })
  schedule!: SyncScheduleInput;

  @Field(() => Date, {
    nullable: true,
    description:
      'Brings calls that began at this time or later, of 2000 at the earliest. Left out: as far back as calls may still appear or change at the platform.',
  })
  historyFrom?: Date | null;

  @Field(() => SyncFilterInput, { nullable: true, description: 'Which calls it brings.' })
  filter?: SyncFilterInput | null;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether to fetch transcripts as well.' })
  withTranscripts?: boolean;
}

@InputType({ description: 'A sync, and what is to be different about it. What is left out stays.' })
export class UpdateSyncInput {
  @Field(() => ID, { description: 'Id of the sync.' })
  id!: string;

  @Field(() => SyncScheduleInput, { nullable: true, description: 'When it runs; never null.' })
  schedule?: SyncScheduleInput | null;

  @Field(() => SyncFilterInput, {
    nullable: true,
    description: 'Which calls it brings from now on, in place of the present filter; null: all of them.',
  })
  filter?: SyncFilterInput | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether to fetch transcripts as well.' })
  withTranscripts?: boolean | null;
}

@InputType({ description: 'A stretch that a sync is to bring afresh.' })
export class RereadSyncInput {
  @Field(() => ID, { description: 'Id of the sync.' })
  id!: string;

  @Field(() => Date, { description: 'Calls that began at this time or later.' })
  from!: Date;

  @Field(() => Date, { nullable: true, description: 'Calls that began before this time. Left out: now.' })
  to?: Date | null;
}

@ObjectType({
  description: 'What it costs to bring a stretch afresh. Judged by the calls that are here; there may be more.',
})
export class RereadCost {
  @Field(() => Int, { description: 'Calls of the account in the stretch that are here; each is fetched again.' })
  calls!: number;

  @Field(() => Int, { description: 'Requests to the platform, out of the limits that imports share.' })
  requests!: number;

  @Field(() => Int, {
    description: 'How long it takes at the least, in seconds, when nothing else uses the limits of the account.',
  })
  seconds!: number;
}

@ObjectType({ description: 'Why a sync does not bring calls, and what to do about it.' })
export class SyncProblem {
  @Field(() => String, { description: 'One of the codes that `errorCodes` lists.' })
  code!: string;

  @Field(() => String, { description: 'What happened.' })
  message!: string;

  @Field(() => String, { description: 'What to do about it.' })
  remedy!: string;
}

@ObjectType({ description: 'A page of syncs, newest first.' })
export class SyncPage extends pageOf(Sync) {}

/** Fewer than elsewhere: a page of syncs may ask for the turns of each. */
@ArgsType()
export class TurnArguments extends PageArguments {
  @Field(() => Int, { defaultValue: 20, description: 'How many, at most 100.' })
  override first = 20;
}

@ObjectType({ description: 'A page of turns, latest first.' })
export class SyncTurnPage extends pageOf(SyncSlot) {}

@ObjectType({ description: 'A page of gaps, latest first.' })
export class GapPage extends pageOf(Gap) {}
