import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { pageOf } from '../customers/index.js';
import { type ChangeType, ChangeTypeEnum } from '../outbox/index.js';
import { Delivery, DeliveryAttempt } from './delivery.entity.js';

@InputType({ description: 'Which changes are to be sent to an endpoint, again or for the first time.' })
export class ReplayChangesInput {
  @Field(() => ID, { description: 'The endpoint. What it is not sent otherwise is not sent now.' })
  endpointId!: string;

  @Field(() => Date, { description: 'Changes that happened at this time or later. They are kept for 30 days.' })
  from!: Date;

  @Field(() => Date, { nullable: true, description: 'Changes that happened before this time; left out: up to now.' })
  to?: Date | null;

  @Field(() => [ChangeTypeEnum], { nullable: true, description: 'Only changes of these types.' })
  types?: ChangeType[] | null;

  @Field(() => Boolean, {
    defaultValue: true,
    description: 'Leaves out what the endpoint has taken already. False sends that again, too.',
  })
  onlyMissing!: boolean;
}

@ObjectType({ description: 'What a replay has queued.' })
export class Replay {
  @Field(() => Int, { description: 'How many deliveries were queued.' })
  queued!: number;
}

@ObjectType({ description: 'A page of deliveries, newest first.' })
export class DeliveryPage extends pageOf(Delivery) {}

@ObjectType({ description: 'A page of attempts, latest first.' })
export class DeliveryAttemptPage extends pageOf(DeliveryAttempt) {}
