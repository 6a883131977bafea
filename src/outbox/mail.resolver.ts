import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Role } from '../core/role.js';
import { PageArguments, readPage } from '../customers/index.js';
import type { Scope } from '../scope.js';
import { Mail, MailStatus } from './mail.entity.js';
import { MailPage } from './mail.type.js';
import { readMailText } from './read-mail-text.js';

@Resolver(() => Mail)
export class MailResolver {
  @Authorized<Role>(['admin', 'cs'])
  @Query(() => MailPage, {
    description:
      'Mails to contacts, newest first. Without a mail server they are all kept here, to be passed on by a person.',
  })
  mails(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those to contacts of this customer.' })
    customerId?: string | null,
    @Arg('status', () => [MailStatus], { nullable: true, description: 'Only those in one of these states.' })
    status?: MailStatus[] | null,
  ): Promise<MailPage> {
    const where = { ...(customerId != null && { customerId }), ...(status != null && { status: { $in: status } }) };
    return readPage(scope.em, Mail, where, page, 'createdAt');
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'What it says, links and codes with it. Only of a mail that is kept and still of use; null for all others. Whoever reads it stands in the audit trail.',
  })
  async text(@Root() mail: Mail, @Ctx() scope: Scope): Promise<string | null> {
    return mail.status === MailStatus.KEPT ? ((await readMailText(scope, mail.id)) ?? null) : null;
  }
}
