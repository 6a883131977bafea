import { Field, InputType, ObjectType } from 'type-graphql';
import { Customer } from './customer.entity.js';
import { pageOf } from './lists/page.type.js';

@InputType({ description: 'A customer to be created.' })
export class CreateCustomerInput {
  @Field(() => String, { description: 'Name of the company, 1 to 200 characters.' })
  name!: string;

  @Field(() => String, {
    nullable: true,
    description: "The operator's own reference, 1 to 200 characters. No two customers share one.",
  })
  reference?: string | null;
}

@ObjectType({ description: 'A page of customers, newest first.' })
export class CustomerPage extends pageOf(Customer) {}
