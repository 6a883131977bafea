import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';

@Entity({ tableName: 'unusable_records' })
@ObjectType({
  description:
    'Something the platform listed that could not become a call or a transcript. Set aside; the rest goes on.',
})
export class UnusableRecord {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the record.' })
  id!: string;

  @Property({ type: 'uuid' })
  runId!: string;

  @Property({ type: 'uuid' })
  customerId!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: "The platform's id of the call, as far as it could be read." })
  externalId!: string;

  @Property({ type: 'text' })
  @Field(() => String, {
    description:
      'What could not be used: `call`, `detail` or `transcript`. What the platform tells no details of is kept as it is listed.',
  })
  stage!: 'call' | 'detail' | 'transcript';

  @Property({ type: 'text' })
  @Field(() => String, { description: 'What kind of reason it is.' })
  code!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Why it could not be used.' })
  reason!: string;

  @Property({ type: 'json', nullable: true })
  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description:
      'What the record looks like, where the hub could not read it: names of its fields and kinds of their values, and none of the values.',
  })
  shape!: object | null;

  @Property({ type: 'boolean' })
  @Field(() => Boolean, {
    description:
      "Whether the platform's own document is kept: it becomes a call as soon as the hub can read it, and is no failure then.",
  })
  isKept!: boolean;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was set aside.' })
  seenAt!: Date;
}
