import { Arg, Args, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Role } from '../core/role.js';
import { PageArguments, readPage } from '../customers/index.js';
import type { Scope } from '../scope.js';
import { Fact } from './fact.entity.js';
import { type FactKind, FactKindEnum } from './fact-kind.js';
import { FactPage } from './fact.type.js';

@Resolver(() => Fact)
export class FactResolver {
  @Authorized<Role>(['admin', 'cs', 'service'])
  @Query(() => FactPage, { description: 'What has happened, newest first: alerts among it.' })
  facts(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only what concerns this customer.' })
    customerId?: string | null,
    @Arg('connectionId', () => ID, { nullable: true, description: 'Only what is about this connection.' })
    connectionId?: string | null,
    @Arg('kinds', () => [FactKindEnum], { nullable: true, description: 'Only facts of these kinds.' })
    kinds?: FactKind[] | null,
  ): Promise<FactPage> {
    const where = {
      ...(customerId != null && { customerId }),
      ...(connectionId != null && { connectionId }),
      ...(kinds != null && { kind: { $in: kinds } }),
    };
    return readPage(scope.em, Fact, where, page, 'at');
  }
}
