import { Field, ID, Int, ObjectType } from 'type-graphql';

@ObjectType({
  description: 'All use of a platform, stopped in an emergency; and how far its credentials are revoked and destroyed.',
})
export class PlatformStop {
  @Field(() => ID, { description: 'Id of the stop.' })
  id!: string;

  @Field(() => ID, { description: 'Id of the platform, as `platforms` lists it.' })
  platform!: string;

  @Field(() => String, { description: 'Why, in the words of whoever stopped it.' })
  reason!: string;

  @Field(() => String, { description: 'Who stopped it.' })
  stoppedBy!: string;

  @Field(() => Date, { description: 'From when on nothing was used any more.' })
  stoppedAt!: Date;

  @Field(() => String, { nullable: true, description: 'Who allowed its use again; null while it is stopped.' })
  liftedBy!: string | null;

  @Field(() => Date, { nullable: true, description: 'When its use was allowed again; null while it is stopped.' })
  liftedAt!: Date | null;

  @Field(() => Int, { description: 'How many credentials are to be destroyed.' })
  credentials!: number;

  @Field(() => Int, { description: 'How many of them still are to be; 0 when all is done.' })
  waiting!: number;

  @Field(() => Int, { description: 'How many the platform has revoked. They are destroyed here too.' })
  revoked!: number;

  @Field(() => Int, {
    description:
      'How many were destroyed here and are of a kind that only a person can revoke at the platform, such as keys.',
  })
  notRevocable!: number;

  @Field(() => Int, {
    description: 'How many were destroyed here although the platform did not revoke them after several attempts.',
  })
  notRevoked!: number;
}
