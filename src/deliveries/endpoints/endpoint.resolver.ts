import { Arg, Args, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Role } from '../../core/role.js';
import { IdempotencyKey, onceFor, PageArguments, readPage } from '../../customers/index.js';
import type { Scope } from '../../scope.js';
import { createEndpoint } from './create-endpoint.js';
import { deleteEndpoint } from './delete-endpoint.js';
import { Endpoint, EndpointState } from './endpoint.entity.js';
import {
  CreateEndpointInput,
  EndpointPage,
  EndpointTest,
  EndpointWithSecret,
  UpdateEndpointInput,
} from './endpoint.type.js';
import { readEndpoint } from './read-endpoint.js';
import { rotateEndpointSecret } from './rotate-endpoint-secret.js';
import { testEndpoint } from './test-endpoint.js';
import { updateEndpoint } from './update-endpoint.js';

const keepers: Role[] = ['admin', 'cs', 'service', 'customer'];
const theId = { description: 'Id of the endpoint.' };

@Resolver(() => Endpoint)
export class EndpointResolver {
  @Authorized<Role>(keepers)
  @Mutation(() => EndpointWithSecret, {
    description:
      'Creates an endpoint, which is sent changes from then on, and sends it a test message, for which it has 7 seconds; whether it takes it is no condition. Its secret is in this answer alone, and again when it is sent again with the same `idempotencyKey`. An address that is private or redirects is refused.',
  })
  async createEndpoint(
    @Arg('input', () => CreateEndpointInput, { description: 'The new endpoint.' }) input: CreateEndpointInput,
    @Ctx() scope: Scope,
    @IdempotencyKey() key?: string | null,
  ): Promise<EndpointWithSecret> {
    const { endpoint, secret, test } = await createEndpoint(scope, input, onceFor(key, 'createEndpoint', input));
    return { endpoint, secret: secret.reveal(), test };
  }

  @Authorized<Role>(keepers)
  @Mutation(() => Endpoint, { description: 'Changes an endpoint, disables it, or lets it be sent to again.' })
  updateEndpoint(
    @Arg('input', () => UpdateEndpointInput, { description: 'What is to be changed.' }) input: UpdateEndpointInput,
    @Ctx() scope: Scope,
  ): Promise<Endpoint> {
    return updateEndpoint(scope, input);
  }

  @Authorized<Role>(keepers)
  @Mutation(() => Endpoint, { description: 'Ends an endpoint for good, with what waits for it. Answers it as it was.' })
  deleteEndpoint(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<Endpoint> {
    return deleteEndpoint(scope, id);
  }

  @Authorized<Role>(keepers)
  @Mutation(() => EndpointWithSecret, {
    description: 'Makes a new secret. For 24 hours messages carry a signature by the one before, too.',
  })
  async rotateEndpointSecret(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<EndpointWithSecret> {
    const { endpoint, secret } = await rotateEndpointSecret(scope, id);
    return { endpoint, secret: secret.reveal(), test: null };
  }

  @Authorized<Role>(keepers)
  @Mutation(() => EndpointTest, {
    description:
      'Sends a test message of the type `endpoint.test` now, once, and tells what came of it within 7 seconds.',
  })
  testEndpoint(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<EndpointTest> {
    return testEndpoint(scope, id);
  }

  @Authorized<Role>(keepers)
  @Query(() => Endpoint, { description: 'One endpoint.' })
  endpoint(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<Endpoint> {
    return readEndpoint(scope, id);
  }

  @Authorized<Role>(keepers)
  @Query(() => EndpointPage, { description: 'Endpoints, newest first.' })
  endpoints(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' })
    customerId?: string | null,
    @Arg('state', () => EndpointState, { nullable: true, description: 'Only those in this state.' })
    state?: EndpointState | null,
  ): Promise<EndpointPage> {
    const where = { ...(customerId != null && { customerId }), ...(state != null && { state }) };
    return readPage(scope.em, Endpoint, where, page, 'createdAt');
  }
}
