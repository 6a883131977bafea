import { Field, ObjectType, registerEnumType } from 'type-graphql';

/** What became of a credential at its platform. */
export type RevocationState = 'waiting' | 'revoked' | 'not offered' | 'failed';
const states = {
  WAITING: 'waiting',
  REVOKED: 'revoked',
  NOT_OFFERED: 'not offered',
  FAILED: 'failed',
} as const satisfies Record<string, RevocationState>;
registerEnumType(states, {
  name: 'RevocationState',
  description: 'Whether a platform has revoked a credential that is destroyed here.',
  valuesConfig: {
    WAITING: { description: 'The platform is asked to, at once and again if it cannot be reached.' },
    REVOKED: { description: 'It has: nobody can use the credential any more.' },
    NOT_OFFERED: { description: 'It is of a kind that only a person can revoke there, such as a key.' },
    FAILED: { description: 'It has not, after many attempts; `remedy` says what to do.' },
  },
});

@ObjectType({
  description: 'What became of a disconnected credential at its platform. Here it is destroyed in any case.',
})
export class CredentialRevocation {
  @Field(() => states, { description: 'Whether the platform has revoked it.' })
  state!: RevocationState;

  @Field(() => String, { nullable: true, description: 'What is left to do at the platform; null when nothing is.' })
  remedy!: string | null;
}
