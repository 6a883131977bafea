import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Scope } from '../../scope.js';
import { ConnectionHealth, ConnectionNotice } from '../connection.entity.js';
import { readCredentialEnds } from './credential-ends.js';

@Resolver(() => ConnectionHealth)
export class CredentialHealthResolver {
  @FieldResolver(() => Date, {
    nullable: true,
    description: 'When the present access ends. It is refreshed before by itself; null when it does not end.',
  })
  async accessEndsAt(@Root() { connectionId }: ConnectionHealth, @Ctx() scope: Scope): Promise<Date | undefined> {
    return (await readCredentialEnds(scope, connectionId))?.accessEndsAt;
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description:
      'When a person has to renew the credential, as far as the platform says or is known; a refresh may move it. Null when it does not end.',
  })
  async credentialEndsAt(@Root() { connectionId }: ConnectionHealth, @Ctx() scope: Scope): Promise<Date | undefined> {
    return (await readCredentialEnds(scope, connectionId))?.endsAt;
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description: 'When the access was refreshed last; null when it never was.',
  })
  async refreshedAt(@Root() { connectionId }: ConnectionHealth, @Ctx() scope: Scope): Promise<Date | undefined> {
    return (await readCredentialEnds(scope, connectionId))?.refreshedAt;
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description:
      'When the credential was last used for work, to the hour; null when it never was. One that nobody uses for 90 days is told of, and destroyed after 120.',
  })
  async usedAt(@Root() { connectionId }: ConnectionHealth, @Ctx() scope: Scope): Promise<Date | undefined> {
    return (await readCredentialEnds(scope, connectionId))?.usedAt;
  }

  @FieldResolver(() => ConnectionNotice, {
    nullable: true,
    description: 'Why the last refresh brought nothing, and what to do about it; null when it went well.',
  })
  async refreshProblem(
    @Root() { connectionId }: ConnectionHealth,
    @Ctx() scope: Scope,
  ): Promise<ConnectionNotice | undefined> {
    const failure = (await readCredentialEnds(scope, connectionId))?.failure;
    return failure === undefined ? undefined : noticeOf(failure);
  }
}

const notices: Readonly<Record<string, ConnectionNotice>> = {
  misconfigured: {
    code: 'APP_REFUSED',
    message: 'The platform refuses our app, not this connection.',
    remedy: "Whoever runs this hub should check the app's client id and secret for this platform.",
  },
  dead: {
    code: 'CREDENTIAL_REJECTED',
    message: 'The platform has ended the permission.',
    remedy: 'Connect the same account again; what was paused for it then goes on by itself.',
  },
};

function noticeOf(failure: string): ConnectionNotice {
  return (
    notices[failure] ?? {
      code: 'PLATFORM_UNREACHABLE',
      message: 'The platform gave no new access when it was last asked.',
      remedy: 'Nothing needs to be done now: it is asked again by itself.',
    }
  );
}
