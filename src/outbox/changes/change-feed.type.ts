import { Field, Float, ID, ObjectType } from 'type-graphql';
import { Change } from './change.entity.js';

@ObjectType({ description: 'A stretch of the change feed, oldest first.' })
export class ChangeFeed {
  @Field(() => [Change], { description: 'What has happened after the position that was given.' })
  changes!: Change[];

  @Field(() => ID, {
    nullable: true,
    description:
      'Give this as `after` the next time, and nothing is missed or told twice. Null while nothing has happened yet.',
  })
  position!: string | null;

  @Field(() => Boolean, { description: 'Whether more has happened already: ask again at once.' })
  hasMore!: boolean;

  @Field(() => ID, {
    nullable: true,
    description: 'Position of the newest change: give it as `after` to be told only of what comes.',
  })
  newest!: string | null;

  @Field(() => Float, {
    description:
      'How long the oldest change has waited that is not in the feed yet; 0 without one. Workers put them there.',
  })
  behindSeconds!: number;
}
