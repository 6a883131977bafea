import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Role } from '../../core/role.js';
import { PageArguments, readPage } from '../../customers/index.js';
import type { Scope } from '../../scope.js';
import { approveColleague, declineColleague } from './decide-on-colleague.js';
import { createConnectLink, type CreatedLink, createReconnectLink } from './create-link.js';
import { endedBecause, Link, LinkState, stateOf } from './link.entity.js';
import { CreateConnectLinkInput, CreateReconnectLinkInput, LinkPage, NewLink, StartOAuthInput } from './link.type.js';
import { timeForPage } from './link-time.js';
import { revokeLink } from './revoke-link.js';
import { startOAuth } from './start-oauth.js';

@Resolver(() => Link)
export class LinkResolver {
  @Authorized<Role>(['admin', 'cs'])
  @Mutation(() => NewLink, {
    description:
      'Makes a link by which a contact connects an account. It works once and for 72 hours; an older one for the same contact and platform ends.',
  })
  async createConnectLink(
    @Arg('input', () => CreateConnectLinkInput, { description: 'For whom, and for which platform.' })
    input: CreateConnectLinkInput,
    @Ctx() scope: Scope,
  ): Promise<NewLink> {
    return shown(await createConnectLink(scope, input));
  }

  @Authorized<Role>(['admin', 'cs'])
  @Mutation(() => NewLink, {
    description:
      'Makes a link by which a contact renews the credential of a connection. Only the same account is taken. It works once and for 72 hours; older ones for the connection end.',
  })
  async createReconnectLink(
    @Arg('input', () => CreateReconnectLinkInput, { description: 'For whom, and for which connection.' })
    input: CreateReconnectLinkInput,
    @Ctx() scope: Scope,
  ): Promise<NewLink> {
    return shown(await createReconnectLink(scope, input));
  }

  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Mutation(() => NewLink, {
    description:
      'Begins a sign-in at a platform for whoever asks: open the address in their browser within 10 minutes. It works in one browser, once, without a code, and no longer than the API key that asked. There they sign in, look at the account that was found, and confirm it; `connectionChanged` then brings the connection. CONFLICT when the hub has no app at the platform.',
  })
  async startOAuth(
    @Arg('input', () => StartOAuthInput, { description: 'Whose account, on which platform.' }) input: StartOAuthInput,
    @Ctx() scope: Scope,
  ): Promise<NewLink> {
    return shown(await startOAuth(scope, input));
  }

  @Authorized<Role>(['admin', 'cs'])
  @Mutation(() => Link, { description: 'Ends a link before it is used. One that has ended stays as it is.' })
  revokeLink(@Arg('id', () => ID, { description: 'Id of the link.' }) id: string, @Ctx() scope: Scope): Promise<Link> {
    return revokeLink(scope, id);
  }

  @Authorized<Role>(['admin', 'cs'])
  @Mutation(() => Link, {
    description:
      'Makes the colleague whom a contact named a contact, and mails them a link of their own, which is the answer. CONFLICT when nobody waits for a decision, when somebody else is named now, and when the link was ended.',
  })
  approveColleague(
    @Arg('linkId', () => ID, { description: 'The link whose contact named the colleague.' }) linkId: string,
    @Arg('email', () => String, {
      description: 'The address that you decided on, as `links { colleague { email } }` showed it.',
    })
    email: string,
    @Ctx() scope: Scope,
  ): Promise<Link> {
    return approveColleague(scope, linkId, email);
  }

  @Authorized<Role>(['admin', 'cs'])
  @Mutation(() => Link, {
    description:
      'Refuses the colleague whom a contact named; the contact can still use the link. CONFLICT when nobody waits for a decision.',
  })
  declineColleague(
    @Arg('linkId', () => ID, { description: 'The link whose contact named the colleague.' }) linkId: string,
    @Ctx() scope: Scope,
  ): Promise<Link> {
    return declineColleague(scope, linkId);
  }

  @Authorized<Role>(['admin', 'cs', 'service'])
  @Query(() => LinkPage, { description: 'Links, newest first, those that have ended too.' })
  links(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' })
    customerId?: string | null,
    @Arg('connectionId', () => ID, { nullable: true, description: 'Only those for this connection.' })
    connectionId?: string | null,
  ): Promise<LinkPage> {
    const where = { ...(customerId != null && { customerId }), ...(connectionId != null && { connectionId }) };
    return readPage(scope.em, Link, where, page, 'createdAt');
  }

  @FieldResolver(() => String, { nullable: true, description: 'Why it was ended before it was used.' })
  revokedBecause(@Root() link: Link): string | null {
    return endedBecause(link);
  }

  @FieldResolver(() => LinkState, { description: 'How far it has come.' })
  async state(@Root() link: Link, @Ctx() scope: Scope): Promise<LinkState> {
    return stateOf(link, await timeForPage(scope));
  }
}

function shown({ link, address }: CreatedLink): NewLink {
  return { link, address: address?.reveal() ?? null };
}
