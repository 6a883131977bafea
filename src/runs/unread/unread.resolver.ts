import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Connection } from '../../access/index.js';
import { reachedThrough } from '../../catalog/index.js';
import type { Role } from '../../core/role.js';
import { PageArguments, readPage } from '../../customers/index.js';
import type { Scope } from '../../scope.js';
import { keptUnreadOf } from './kept-unread.js';
import { KeptUnread } from './kept-unread.type.js';
import { openDocument } from './open-document.js';
import { askAgain } from './ask-again.js';
import { UnreadRecord, UnreadRecordPage } from './unread-record.entity.js';

@Resolver(() => Connection)
export class UnreadResolver {
  @Authorized<Role>(['admin', 'cs', 'service'])
  @Query(() => UnreadRecordPage, { description: 'Records that the hub cannot read yet, latest first.' })
  unreadRecords(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('platform', () => ID, { nullable: true, description: 'Only those of this platform.' })
    platform?: string | null,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' })
    customerId?: string | null,
  ): Promise<UnreadRecordPage> {
    const where = {
      ...(platform != null && { platform: reachedThrough(scope, platform).platform }),
      ...(customerId != null && { customerId }),
    };
    return readPage(scope.em, UnreadRecord, where, page, 'keptAt');
  }

  @Authorized<Role>(['admin'])
  @Query(() => String, {
    description:
      "What the platform wrote, for whoever mends its connector: a customer's data. Every reading is in the audit trail.",
  })
  unreadDocument(
    @Arg('id', () => ID, { description: 'Id of the record.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<string> {
    return openDocument(scope, id);
  }

  @Authorized<Role>(['admin'])
  @Mutation(() => Int, {
    description:
      "Has all of a platform's records that could not be read looked at again, without asking the platform; by itself that is done when its connector has changed. Gives how many there are.",
  })
  readUnreadAgain(
    @Arg('platform', () => ID, { description: 'Id of the platform.' }) platform: string,
    @Ctx() scope: Scope,
  ): Promise<number> {
    return askAgain(scope, platform);
  }

  @FieldResolver(() => KeptUnread, {
    nullable: true,
    description: 'Records that came through it and that the hub cannot read yet; null when there are none.',
  })
  keptUnread(@Root() { id }: Connection, @Ctx() scope: Scope): Promise<KeptUnread | undefined> {
    return keptUnreadOf.connection(scope, id);
  }
}
