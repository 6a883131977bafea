import type { House } from '../../scope.js';
import type { Connection } from '../connection.entity.js';
import { platformName } from '../platform-name.js';
import type { CredentialRevocation } from './revocation.type.js';

export function revocationOf(
  house: Pick<House, 'connectors'>,
  { revocation: state, platform }: Pick<Connection, 'revocation' | 'platform'>,
): CredentialRevocation | null {
  if (state === null) return null;
  const name = platformName(house, platform);
  const remedies = {
    ...{ waiting: null, revoked: null },
    'not offered': `Whoever administers ${name} deletes the key there, if nothing else uses it.`,
    failed: `Whoever administers ${name} removes the access of this hub there; here nothing is left of the credential.`,
  };
  return { state, remedy: remedies[state] };
}
