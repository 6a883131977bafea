import { Arg, Args, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Role } from '../../core/role.js';
import type { Scope } from '../../scope.js';
import { IdempotencyKey, onceFor } from '../once/idempotency-key.js';
import { PageArguments } from '../lists/page.type.js';
import { readPage } from '../lists/read-page.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyPage, CreateApiKeyInput, CreatedApiKey } from './api-key.type.js';
import { createApiKey } from './create-api-key.js';
import { revokeApiKey } from './revoke-api-key.js';

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @Authorized<Role>(['admin'])
  @Mutation(() => CreatedApiKey, { description: 'Makes an API key. Its secret is in this answer and nowhere else.' })
  async createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'The new key.' }) input: CreateApiKeyInput,
    @Ctx() scope: Scope,
    @IdempotencyKey() key?: string | null,
  ): Promise<CreatedApiKey> {
    const { apiKey, secret } = await createApiKey(scope, input, onceFor(key, 'createApiKey', input));
    return { apiKey, secret: secret.reveal() };
  }

  @Authorized<Role>(['admin'])
  @Mutation(() => ApiKey, {
    description:
      'Ends an API key at once; its open subscriptions are closed within seconds. Doing it again changes nothing.',
  })
  revokeApiKey(
    @Arg('id', () => ID, { description: 'Id of the key.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<ApiKey> {
    return revokeApiKey(scope, id);
  }

  @Authorized<Role>(['admin'])
  @Query(() => ApiKeyPage, { description: 'API keys, newest first, revoked and expired ones too.' })
  apiKeys(@Args(() => PageArguments) page: PageArguments, @Ctx() scope: Scope): Promise<ApiKeyPage> {
    return readPage(scope.em, ApiKey, {}, page, 'createdAt', ['staff']);
  }
}
