import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'A move of a customer to another account at the same platform.' })
export class RequestAccountMoveInput {
  @Field(() => ID, { description: 'The connection to the account that is left.' })
  connectionId!: string;

  @Field(() => ID, { description: 'The contact who is to connect the new account.' })
  contactId!: string;

  @Field(() => String, { description: 'Why, 1 to 500 characters. It stands in the audit trail.' })
  reason!: string;
}
