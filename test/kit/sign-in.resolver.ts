import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import {
  beginAuthorization,
  confirmAuthorization,
  latestAuthorization,
  rejectAuthorization,
} from '../../src/access/index.js';
import type { Role } from '../../src/core/role.js';
import type { Scope } from '../../src/scope.js';

/** The use cases behind the hosted page, for tests that are not about the page. */
@Resolver()
export class SignInResolver {
  @Authorized<Role>('admin')
  @Mutation(() => [String], { description: 'Id of the session and address at the platform.' })
  async beginSignIn(
    @Arg('customerId', () => ID, { description: 'Whose.' }) customerId: string,
    @Arg('browser', () => String, { description: 'Cookie.' }) browser: string,
    @Ctx() scope: Scope,
    @Arg('platform', () => ID, { description: 'Where.', nullable: true }) platform?: string | null,
    @Arg('connectionId', () => ID, { description: 'To renew.', nullable: true }) connectionId?: string | null,
  ): Promise<string[]> {
    const input = { customerId, browser, platform: platform ?? 'gong', connectionId: connectionId ?? undefined };
    const { sessionId, url } = await beginAuthorization(scope, input);
    return [sessionId, url];
  }

  @Authorized<Role>('admin')
  @Query(() => String, { description: 'The latest session of a browser, as JSON.' })
  async signIn(
    @Arg('browser', () => String, { description: 'Cookie.' }) browser: string,
    @Ctx() scope: Scope,
  ): Promise<string> {
    const found = await latestAuthorization(scope, browser);
    return JSON.stringify(found ?? null);
  }

  @Authorized<Role>('admin')
  @Mutation(() => String, { description: 'Id of the connection.' })
  async confirmSignIn(
    @Arg('sessionId', () => ID, { description: 'Which.' }) sessionId: string,
    @Arg('browser', () => String, { description: 'Cookie.' }) browser: string,
    @Ctx() scope: Scope,
  ): Promise<string> {
    return (await confirmAuthorization(scope, { sessionId, browser })).id;
  }

  @Authorized<Role>('admin')
  @Mutation(() => Boolean, { description: 'Whether it was let go of.' })
  async rejectSignIn(
    @Arg('sessionId', () => ID, { description: 'Which.' }) sessionId: string,
    @Arg('browser', () => String, { description: 'Cookie.' }) browser: string,
    @Ctx() scope: Scope,
  ): Promise<boolean> {
    await rejectAuthorization(scope, { sessionId, browser });
    return true;
  }
}
