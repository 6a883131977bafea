import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { pageOf } from '../customers/index.js';
import { CallMedium } from '../catalog/index.js';
import { Call, CallDirection } from './call.entity.js';

@InputType({ description: 'Which calls. What is left out does not restrict.' })
export class CallFilter {
  @Field(() => [ID], { nullable: true, description: 'Only calls with these ids, as changes name them.' })
  ids?: string[];

  @Field(() => ID, { nullable: true, description: 'Only calls from this platform.' })
  platform?: string;

  @Field(() => ID, { nullable: true, description: 'Only calls that came through this connection.' })
  connectionId?: string;

  @Field(() => ID, { nullable: true, description: 'Only calls that this import brought first.' })
  importId?: string;

  @Field(() => String, { nullable: true, description: "Only the call with this id on the platform's side." })
  externalId?: string;

  @Field(() => Date, { nullable: true, description: 'Only calls that began at this time or later.' })
  from?: Date;

  @Field(() => Date, { nullable: true, description: 'Only calls that began before this time.' })
  to?: Date;

  @Field(() => CallMedium, { nullable: true, description: 'Only calls of this medium.' })
  medium?: CallMedium;

  @Field(() => CallDirection, { nullable: true, description: 'Only calls of this direction.' })
  direction?: CallDirection;

  @Field(() => String, {
    nullable: true,
    description: 'Only calls whose title contains these words, in upper or lower case.',
  })
  title?: string;

  @Field(() => String, { nullable: true, description: 'Only calls with a participant of this e-mail address.' })
  participantEmail?: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only calls that are gone at the platform. False: only those that are still there.',
  })
  removed?: boolean;
}

@ObjectType({ description: 'A page of calls, latest first.' })
export class CallPage extends pageOf(Call) {}
