import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';

@Entity({ tableName: 'customers' })
@ObjectType({ description: 'A company whose calls we import. Everything belongs to one.' })
export class Customer {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the customer.' })
  id!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Name of the company.' })
  name!: string;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: "The operator's own reference, such as a number in its CRM." })
  reference!: string | null;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When the customer was created.' })
  createdAt!: Date;
}
