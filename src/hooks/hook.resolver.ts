import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Role } from '../core/role.js';
import type { Scope } from '../scope.js';
import { Sync } from '../syncs/index.js';
import { PlatformWebhook, SetPlatformWebhookInput, SetWebhookSecretInput, SyncWebhook } from './hook.type.js';
import { readPlatformWebhook, readSyncWebhook } from './read-webhook.js';
import { setPlatformWebhook, setWebhookSecret } from './set-secret.js';

@Resolver(() => Sync)
export class HookResolver {
  @FieldResolver(() => SyncWebhook, {
    nullable: true,
    description: 'For `REAL_TIME`: how it hears of calls; null for other cadences.',
  })
  webhook(@Root() sync: Sync, @Ctx() scope: Scope): Promise<SyncWebhook | undefined> {
    return readSyncWebhook(scope, sync);
  }

  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Mutation(() => Boolean, {
    description:
      "Keeps what verifies a platform's events for one connection, where an administrator of the customer sets them up: see `Sync.webhook`.",
  })
  async setWebhookSecret(
    @Arg('input', () => SetWebhookSecretInput, { description: 'The connection and the secret.' })
    input: SetWebhookSecretInput,
    @Ctx() scope: Scope,
  ): Promise<boolean> {
    await setWebhookSecret(scope, input);
    return true;
  }

  @Authorized<Role>(['admin'])
  @Mutation(() => PlatformWebhook, {
    description:
      "Keeps what verifies the events of the hub's own app at a platform, and says which address to enter there. One address serves all customers.",
  })
  async setPlatformWebhook(
    @Arg('input', () => SetPlatformWebhookInput, { description: 'The platform and the secret.' })
    input: SetPlatformWebhookInput,
    @Ctx() scope: Scope,
  ): Promise<PlatformWebhook> {
    return readPlatformWebhook(scope, (await setPlatformWebhook(scope, input)).platform) as Promise<PlatformWebhook>;
  }

  @Authorized<Role>(['admin'])
  @Query(() => PlatformWebhook, {
    nullable: true,
    description: "Where the hub's own app at a platform tells of calls; null until `setPlatformWebhook`.",
  })
  platformWebhook(
    @Arg('platform', () => ID, { description: 'Id of the platform.' }) platform: string,
    @Ctx() scope: Scope,
  ): Promise<PlatformWebhook | undefined> {
    return readPlatformWebhook(scope, platform);
  }
}
