import { Field, ID, ObjectType } from 'type-graphql';
import { Connection } from '../connection.entity.js';

@ObjectType({ description: 'An account at a platform that more than one customer has connected.' })
export class SharedAccount {
  @Field(() => ID, { description: 'Id of the platform.' })
  platform!: string;

  @Field(() => String, { description: "The platform's id of the account." })
  accountId!: string;

  @Field(() => String, { description: 'Name of the account, as found on the platform.' })
  accountName!: string;

  @Field(() => [Connection], { description: 'The connections to it, the oldest first.' })
  connections!: Connection[];
}
