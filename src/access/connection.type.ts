import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { pageOf } from '../customers/index.js';
import { Connection } from './connection.entity.js';

@InputType({ description: 'One value of a secret form.' })
export class SecretValueInput {
  @Field(() => String, {
    description: 'Name of the field, as `platforms { authMethods { fields { name } } }` lists it.',
  })
  name!: string;

  @Field(() => String, { description: 'The secret. Stored encrypted and never shown again.' })
  value!: string;
}

@InputType({ description: 'A key with which to connect an account, or what stands for one.' })
export class ConnectWithSecretInput {
  @Field(() => ID, { description: 'The customer whose account it is.' })
  customerId!: string;

  @Field(() => ID, { description: 'Id of the platform, as `platforms` lists it.' })
  platform!: string;

  @Field(() => [SecretValueInput], { description: 'The values that the platform asks for.' })
  secret!: SecretValueInput[];

  @Field(() => ID, {
    nullable: true,
    description:
      'The connection to be renewed; another account is then refused. Needed only where the platform does not name its accounts: a new key would be a new connection.',
  })
  connectionId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Label of the way in, as `platforms { authMethods { label } }` lists it. Needed only where several ask for values of the same names.',
  })
  method?: string | null;
}

@InputType({ description: 'Tokens that another system holds.' })
export class ImportCredentialInput {
  @Field(() => ID, { description: 'The customer whose account they open.' })
  customerId!: string;

  @Field(() => ID, { description: 'Id of the platform, as `platforms` lists it.' })
  platform!: string;

  @Field(() => String, {
    description: 'The newest refresh token. It is spent by this; the other system must not use it again.',
  })
  refreshToken!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The access token, by which the account is looked up before anything is spent.',
  })
  accessToken?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The platform's id of the account that it has to be; left out: whichever it is.",
  })
  expectedAccountId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Label of the way in by which the other system signed in; left out: the best.',
  })
  method?: string | null;
}

@ObjectType({ description: 'A page of connections, newest first.' })
export class ConnectionPage extends pageOf(Connection) {}
