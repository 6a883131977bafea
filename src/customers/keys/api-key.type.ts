import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { Role } from '../../core/role.js';
import { pageOf } from '../lists/page.type.js';
import { RoleEnum } from '../role.type.js';
import { ApiKey } from './api-key.entity.js';

@InputType({ description: 'An API key to be made.' })
export class CreateApiKeyInput {
  @Field(() => String, { description: 'What the key is for, 1 to 200 characters.' })
  label!: string;

  @Field(() => RoleEnum, { description: 'What the key may do.' })
  role!: Role;

  @Field(() => ID, { nullable: true, description: 'For the role CUSTOMER, and only for it: the customer.' })
  customerId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'For ADMIN, CS and SALES: the member of staff whose key it is. Their own role is the most it may have.',
  })
  staffId?: string | null;

  @Field(() => Date, { nullable: true, description: 'When the key stops working by itself; left out for never.' })
  expiresAt?: Date | null;
}

@ObjectType({ description: 'A new API key with its secret.' })
export class CreatedApiKey {
  @Field(() => ApiKey, { description: 'The key.' })
  apiKey!: ApiKey;

  @Field(() => String, {
    description: 'Send it as `Authorization: Bearer <secret>`. Shown this once; only its hash is kept.',
  })
  secret!: string;
}

@ObjectType({ description: 'A page of API keys, newest first.' })
export class ApiKeyPage extends pageOf(ApiKey) {}
