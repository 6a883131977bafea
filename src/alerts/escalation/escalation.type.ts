import { Field, ObjectType } from 'type-graphql';
import { EscalationStep } from '../../notices/index.js';

@ObjectType({ description: 'Who else was told of an alert, because nobody had acknowledged it.' })
export class Escalation {
  @Field(() => EscalationStep, { description: 'For how long nobody had.' })
  step!: EscalationStep;

  @Field(() => Date, { description: 'When they were told.' })
  at!: Date;

  @Field(() => [String], {
    description: 'Names of the channels; empty where none is set up for this. `notices(alertId:)` tells what arrived.',
  })
  channels!: string[];

  @Field(() => String, {
    nullable: true,
    description:
      'Name of the contact who was mailed; null when it is not theirs to mend, when a reconnect link has asked them already, or when there is nobody to be mailed.',
  })
  contact!: string | null;
}

@ObjectType({ description: 'Who is told of an alert next, unless somebody acknowledges, snoozes or mends it.' })
export class NextEscalation {
  @Field(() => EscalationStep, { description: 'For how long nobody will have.' })
  step!: EscalationStep;

  @Field(() => Date, { description: 'When.' })
  at!: Date;

  @Field(() => [String], { description: 'Names of the channels, as they are set up now; empty where none is.' })
  channels!: string[];
}
