import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { pageOf } from '../../customers/index.js';
import { type ChangeType, ChangeTypeEnum } from '../../outbox/index.js';
import { Endpoint } from './endpoint.entity.js';

@InputType({ description: 'An endpoint to be created.' })
export class CreateEndpointInput {
  @Field(() => String, {
    description: 'Where messages are to be posted: an https address on the public Internet, up to 2,000 characters.',
  })
  url!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The customer whose changes it is sent. Left out: those of every customer, for admins and services only.',
  })
  customerId?: string | null;

  @Field(() => [ChangeTypeEnum], { nullable: true, description: 'What it is sent; left out: everything.' })
  types?: ChangeType[] | null;

  @Field(() => String, { nullable: true, description: 'What it is for, 1 to 200 characters.' })
  description?: string | null;
}

@InputType({ description: 'What is to be changed of an endpoint; what is left out stays as it is.' })
export class UpdateEndpointInput {
  @Field(() => ID, { description: 'Id of the endpoint.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Another address.' })
  url?: string | null;

  @Field(() => [ChangeTypeEnum], { nullable: true, description: 'What it is sent; null: everything.' })
  types?: ChangeType[] | null;

  @Field(() => String, { nullable: true, description: 'What it is for; null: nothing is said.' })
  description?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'False disables it; true lets it be sent to again, from now on: `replayChanges` sends what it missed.',
  })
  enabled?: boolean | null;
}

@ObjectType({ description: 'What came of a test message.' })
export class EndpointTest {
  @Field(() => Boolean, { description: 'Whether the endpoint took it.' })
  taken!: boolean;

  @Field(() => Int, { nullable: true, description: 'HTTP status that it answered; null when there was no answer.' })
  statusCode!: number | null;

  @Field(() => Int, { description: 'How long it took, in milliseconds.' })
  durationMs!: number;

  @Field(() => String, { nullable: true, description: 'What is wrong; null when it took the message.' })
  problem!: string | null;

  @Field(() => String, { nullable: true, description: 'Beginning of its answer.' })
  reply!: string | null;
}

@ObjectType({ description: 'An endpoint with its secret.' })
export class EndpointWithSecret {
  @Field(() => Endpoint, { description: 'The endpoint.' })
  endpoint!: Endpoint;

  @Field(() => String, {
    description:
      'Verify signatures with it, by any library for Standard Webhooks. Shown this once, and to whoever creates it again by the same idempotency key.',
  })
  secret!: string;

  @Field(() => EndpointTest, {
    nullable: true,
    description: 'What came of a first test message, for which it has 7 seconds; null when none was sent.',
  })
  test!: EndpointTest | null;
}

@ObjectType({ description: 'A page of endpoints, newest first.' })
export class EndpointPage extends pageOf(Endpoint) {}
