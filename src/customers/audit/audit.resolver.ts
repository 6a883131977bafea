import { Arg, Args, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Role } from '../../core/role.js';
import type { Scope } from '../../scope.js';
import { PageArguments } from '../lists/page.type.js';
import { AuditEntryPage, AuditTrail } from './audit.type.js';
import { readAuditEntries } from './read-audit-entries.js';
import { verifyAuditTrail } from './verify-audit-trail.js';

const whose = { nullable: true, description: "Whose trail; left out for the house's own." };

@Resolver()
export class AuditResolver {
  @Authorized<Role>(['admin'])
  @Query(() => AuditEntryPage, { description: 'Sensitive acts, newest first.' })
  auditEntries(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, whose) customerId?: string | null,
  ): Promise<AuditEntryPage> {
    return readAuditEntries(scope, customerId, page);
  }

  @Authorized<Role>(['admin'])
  @Query(() => AuditTrail, { description: 'Walks a whole audit trail and says whether it is as it was written.' })
  auditTrail(@Ctx() scope: Scope, @Arg('customerId', () => ID, whose) customerId?: string | null): Promise<AuditTrail> {
    return verifyAuditTrail(scope, customerId);
  }
}
