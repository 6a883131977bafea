import { Arg, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Role } from '../core/role.js';
import type { Scope } from '../scope.js';
import { platformFor } from './connector-for.js';
import { matrix } from './matrix.js';
import { Platform } from './platform.type.js';

@Resolver()
export class PlatformResolver {
  @Authorized<Role>('admin', 'cs', 'sales', 'service', 'customer')
  @Query(() => [Platform], { description: 'Every platform we know and what can be done with each, by id.' })
  platforms(@Ctx() scope: Scope): readonly Platform[] {
    return matrix(scope.connectors);
  }

  @Authorized<Role>('admin', 'cs', 'sales', 'service', 'customer')
  @Query(() => Platform, {
    nullable: true,
    description: 'One platform. UNKNOWN_PLATFORM when no platform has this id.',
  })
  platform(
    @Arg('id', () => ID, { description: 'Id of a platform, as `platforms` lists it.' }) id: string,
    @Ctx() scope: Scope,
  ): Platform {
    const platform = platformFor(scope, id, 'id');
    return matrix(new Map([[id, platform]])).find(row => row.id === id) as Platform;
  }
}
