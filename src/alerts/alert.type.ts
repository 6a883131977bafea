import { Field, Float, Int, ObjectType } from 'type-graphql';
import { pageOf } from '../customers/index.js';
import { Alert } from './alert.entity.js';
import { AlertKind } from './alert-kind.js';

@ObjectType({ description: 'A page of alerts, newest first.' })
export class AlertPage extends pageOf(Alert) {}

@ObjectType({ description: 'How often something went wrong, and how long it took to mend.' })
export class AlertRate {
  @Field(() => AlertKind, { description: 'What it is about.' })
  kind!: AlertKind;

  @Field(() => Int, { description: 'How many were opened.' })
  opened!: number;

  @Field(() => Int, { description: 'How many of them are over.' })
  resolved!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Half of those that are over took no longer than this, in seconds; null when none is over.',
  })
  medianSeconds!: number | null;
}

@ObjectType({ description: 'What became of the work of one platform.' })
export class WorkRate {
  @Field(() => String, { description: 'Id of the platform.' })
  platform!: string;

  @Field(() => String, { description: '`import` or `sync`.' })
  work!: string;

  @Field(() => Int, { description: 'Runs that came to an end, well or not.' })
  ended!: number;

  @Field(() => Int, { description: 'Those that brought everything.' })
  completed!: number;

  @Field(() => Int, { description: 'Those that brought everything but some records that cannot be used.' })
  completedWithFailures!: number;

  @Field(() => Int, { description: 'Those that failed.' })
  failed!: number;

  @Field(() => Float, { description: 'Share that did not fail, 0 to 1.' })
  successRate!: number;

  @Field(() => Int, { description: 'Calls that were brought.' })
  stored!: number;

  @Field(() => Int, { description: 'Records that could not be used.' })
  unusable!: number;
}
