import { isConnector } from '../../catalog/index.js';
import { Secret } from '../../core/secret.js';
import type { House } from '../../scope.js';
import type { StoredSecret } from '../store-credential.js';
import { clientFor } from './client-for.js';
import { endpointFor } from './endpoint-for.js';
import { methodNamed } from './oauth-method.js';
import { revokeTokens } from './revoke-tokens.js';

/** `not offered`: it is of a kind that only a person can revoke at the platform, such as a key. */
export type RevokeOutcome = 'revoked' | 'not offered' | 'failed';

interface Place {
  readonly platform: string;
  readonly appId: string | null;
}

/** Gives a credential back at the platform, so that nobody can use it any more. Never throws. */
export async function revokeCredential(
  house: House,
  { platform, appId }: Place,
  { method: label, secret }: StoredSecret,
): Promise<RevokeOutcome> {
  try {
    const connector = house.connectors.get(platform);
    const method = connector && isConnector(connector) ? methodNamed(connector, label) : undefined;
    if (connector === undefined || !isConnector(connector) || method?.revokeUrl === undefined) return 'not offered';
    const values = secret.reveal();
    const app = await clientFor(house, platform, { appId }, values);
    // It would be possible, if there were still somebody to ask as.
    if (app === undefined) return 'failed';
    const { access_token: access = '', refresh_token: refresh } = values;
    const tokens = {
      accessToken: new Secret(access),
      refreshToken: refresh === undefined ? undefined : new Secret(refresh),
    };
    return (await revokeTokens(house, endpointFor(house, connector, method, app), tokens)) ? 'revoked' : 'failed';
  } catch (error) {
    house.log.warn('A credential could not be revoked.', { platform, error });
    return 'failed';
  }
}
