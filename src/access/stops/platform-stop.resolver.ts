import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Role } from '../../core/role.js';
import type { Scope } from '../../scope.js';
import { PlatformStop } from './platform-stop.type.js';
import { readStops } from './read-stops.js';
import { liftPlatformStop, stopPlatform } from './stop-platform.js';

@Resolver(() => PlatformStop)
export class PlatformStopResolver {
  @Authorized<Role>(['admin'])
  @Query(() => [PlatformStop], {
    description: 'Platforms whose use is or was stopped in an emergency, the latest first.',
  })
  platformStops(@Ctx() scope: Scope): Promise<PlatformStop[]> {
    return readStops(scope);
  }

  @Authorized<Role>(['admin'])
  @Mutation(() => PlatformStop, {
    description:
      'For emergencies, such as stolen credentials: stops all use of a platform at once. Imports pause within seconds; every credential is revoked at the platform, where it lets programs do that, and destroyed. Doing it again changes nothing.',
  })
  stopPlatform(
    @Arg('platform', () => ID, { description: 'Id of the platform.' }) platform: string,
    @Arg('reason', () => String, { description: 'Why. It stands in the audit trail.' }) reason: string,
    @Ctx() scope: Scope,
  ): Promise<PlatformStop> {
    return stopPlatform(scope, platform, reason);
  }

  @Authorized<Role>(['admin'])
  @Mutation(() => PlatformStop, {
    description:
      'Allows the use of a stopped platform again. Destroyed credentials do not come back: accounts are connected again, and what paused goes on then.',
  })
  liftPlatformStop(
    @Arg('platform', () => ID, { description: 'Id of the platform.' }) platform: string,
    @Ctx() scope: Scope,
  ): Promise<PlatformStop> {
    return liftPlatformStop(scope, platform);
  }
}
