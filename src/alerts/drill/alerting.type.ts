import { Field, Float, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Whether the alerting itself works.' })
export class Alerting {
  @Field(() => Boolean, { description: 'Whether somebody would be told if something went wrong now.' })
  works!: boolean;

  @Field(() => [String], { description: 'What of it does not work.' })
  problems!: readonly string[];

  @Field(() => Date, { nullable: true, description: 'When somebody last looked for trouble; null: never.' })
  lookedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When somebody last looked for notices to be sent; null: never.' })
  senderLookedAt!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description:
      'When the last hourly drill was over: a failure that is none was raised and cleared. Null: none was yet.',
  })
  drilledAt!: Date | null;

  @Field(() => Float, { nullable: true, description: 'How long it took, in seconds.' })
  drillSeconds!: number | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When the dead-man address was last pinged; null: never, or there is none.',
  })
  pingedAt!: Date | null;
}
