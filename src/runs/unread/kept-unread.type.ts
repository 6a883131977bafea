import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({
  description:
    'Records that the hub cannot read yet. Their documents are kept, and become calls by themselves once it can.',
})
export class KeptUnread {
  @Field(() => Int, { description: 'How many there are.' })
  count!: number;

  @Field(() => String, { description: 'One of the codes that `errorCodes` lists.' })
  code!: string;

  @Field(() => String, { description: 'What is wrong.' })
  message!: string;

  @Field(() => String, { description: 'What to do about it.' })
  remedy!: string;
}
