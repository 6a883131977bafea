import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { CallMedium } from '../catalog/index.js';
import { pageOf } from '../customers/index.js';
import { RunStatus, UnusableRecord } from '../runs/index.js';
import { Import } from './import.entity.js';

@InputType({ description: 'What to import.' })
export class StartImportInput {
  @Field(() => ID, { description: 'The connection to import through.' })
  connectionId!: string;

  @Field(() => Date, { description: 'Start of the window: calls that began at this time or later.' })
  from!: Date;

  @Field(() => Date, { description: 'End of the window: calls that began before this time. Now at the latest.' })
  to!: Date;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether to fetch transcripts as well.' })
  withTranscripts?: boolean;

  @Field(() => CallMedium, {
    nullable: true,
    description: 'Only calls of this medium, as `Platform.medium` says; all of them when left out.',
  })
  medium?: CallMedium | null;
}

@ObjectType({ description: 'Why an import stands still or has failed.' })
export class ImportProblem {
  @Field(() => String, { description: 'One of the codes that `errorCodes` lists.' })
  code!: string;

  @Field(() => String, { description: 'What happened.' })
  message!: string;

  @Field(() => String, { description: 'What to do about it.' })
  remedy!: string;
}

@ObjectType({ description: 'Where an import stands: a snapshot. A later one has a higher sequence.' })
export class ImportProgress {
  @Field(() => ID, { description: 'Id of the import.' })
  importId!: string;

  @Field(() => RunStatus, { description: 'Where the import stands.' })
  status!: RunStatus;

  @Field(() => Boolean, { description: 'Whether this is the last word.' })
  finished!: boolean;

  @Field(() => Float, { description: 'Grows with every change. Drop what is not higher than what you have.' })
  sequence!: number;

  @Field(() => Int, { nullable: true, description: 'Calls that the window holds, as far as the platform says.' })
  found!: number | null;

  @Field(() => Int, { description: 'Calls that this import has stored, new and renewed.' })
  stored!: number;

  @Field(() => Int, { description: 'Of these, calls that the hub did not hold before.' })
  added!: number;

  @Field(() => Int, { description: 'Of the stored calls, those that came with a transcript.' })
  transcripts!: number;

  @Field(() => Int, { description: 'Records that could not be used. They are listed with their reasons.' })
  unusable!: number;

  @Field(() => Int, { description: 'Requests sent to the platform.' })
  requests!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Per cent done, 0 to 100: of the calls, or of the window where the platform does not count them. Null before the first page.',
  })
  percent!: number | null;

  @Field(() => Float, { nullable: true, description: 'Calls stored per second, over the last ten seconds.' })
  callsPerSecond!: number | null;

  @Field(() => Float, { nullable: true, description: 'Seconds left at this speed; null while it cannot be told.' })
  secondsLeft!: number | null;

  @Field(() => Date, { nullable: true, description: 'When the import is expected to be done.' })
  expectedFinishAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'The limit of the platform that sets the speed; null when none does.',
  })
  bindingLimit!: string | null;

  @Field(() => Date, { nullable: true, description: 'When a waiting import goes on by itself.' })
  waitingUntil!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why the import waits.' })
  waitReason!: string | null;

  @Field(() => ImportProblem, { nullable: true, description: 'Why it stands still or has failed.' })
  problem!: ImportProblem | null;

  @Field(() => Date, { nullable: true, description: 'When a worker first took it up.' })
  startedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it ended.' })
  finishedAt!: Date | null;
}

@ObjectType({ description: 'A page of imports, newest first.' })
export class ImportPage extends pageOf(Import) {}

@ObjectType({ description: 'A page of records that could not be used, latest first.' })
export class UnusableRecordPage extends pageOf(UnusableRecord) {}
