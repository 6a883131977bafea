import { Arg, Authorized, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import type { Role } from '../../core/role.js';
import type { Scope } from '../../scope.js';
import { Change } from './change.entity.js';
import { ChangeFeed } from './change-feed.type.js';
import { type ChangeType, ChangeTypeEnum } from './change-type.js';
import { readChanges } from './read-changes.js';

@Resolver(() => Change)
export class ChangeResolver {
  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Query(() => ChangeFeed, {
    description:
      'The change feed, for programs that come and look: what has happened after a position, oldest first. Whoever goes on from `position` each time misses nothing and is told nothing twice, however late something was committed. Changes are kept for 30 days; a position that is older, or from before the database was restored, is refused as POSITION_LOST.',
  })
  changes(
    @Ctx() scope: Scope,
    @Arg('after', () => ID, {
      nullable: true,
      description: '`position` of the stretch before; left out: from the oldest change that is kept.',
    })
    after: string | null | undefined,
    @Arg('first', () => Int, { defaultValue: 50, description: 'How many, at most 100.' }) first: number,
    @Arg('types', () => [ChangeTypeEnum], { nullable: true, description: 'Only changes of these types.' })
    types?: ChangeType[] | null,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' })
    customerId?: string | null,
  ): Promise<ChangeFeed> {
    return readChanges(scope, { first, after, types, customerId });
  }
}
