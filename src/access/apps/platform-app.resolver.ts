import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Role } from '../../core/role.js';
import type { Scope } from '../../scope.js';
import { listApps } from './list-apps.js';
import { PlatformApp, SetPlatformAppInput } from './platform-app.type.js';
import { removeApp } from './remove-app.js';
import { setApp } from './set-app.js';

@Resolver(() => PlatformApp)
export class PlatformAppResolver {
  @Authorized<Role>(['admin'])
  @Query(() => [PlatformApp], { description: 'All apps at platforms, by platform.' })
  platformApps(@Ctx() scope: Scope): Promise<PlatformApp[]> {
    return listApps(scope);
  }

  @Authorized<Role>(['admin'])
  @Mutation(() => PlatformApp, {
    description:
      'Sets an app at a platform, or its new secret. What could not be refreshed because the app was refused is tried again at once. CONFLICT with another client id while connections live by the old one: no other app can use their tokens.',
  })
  setPlatformApp(
    @Arg('input', () => SetPlatformAppInput, { description: 'The app.' }) input: SetPlatformAppInput,
    @Ctx() scope: Scope,
  ): Promise<PlatformApp> {
    return setApp(scope, input);
  }

  @Authorized<Role>(['admin'])
  @Mutation(() => Boolean, {
    description:
      'Removes an app that was set by `setPlatformApp`; false when there was none. CONFLICT while connections live by it.',
  })
  removePlatformApp(
    @Arg('platform', () => ID, { description: 'Id of the platform.' }) platform: string,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, { nullable: true, description: "For a customer's own app." })
    customerId?: string | null,
  ): Promise<boolean> {
    return removeApp(scope, platform, customerId ?? null);
  }
}
