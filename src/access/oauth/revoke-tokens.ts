import type { OAuthEndpoint } from '../../core/ports.js';
import type { Secret } from '../../core/secret.js';
import type { House } from '../../scope.js';

interface Tokens {
  readonly accessToken: Secret<string>;
  readonly refreshToken: Secret<string> | undefined;
}

/**
 * Gives back what nobody is to use, as well as it goes.
 *
 * @returns whether nothing can be had by it any more. A refresh token that is still good makes new access tokens, so with one
 *   only its own revocation counts, which ends the access tokens too.
 */
export async function revokeTokens(
  { oauth }: Pick<House, 'oauth'>,
  endpoint: OAuthEndpoint,
  tokens: Tokens,
): Promise<boolean> {
  const { accessToken, refreshToken } = tokens;
  if (refreshToken !== undefined && (await oauth.revoke(endpoint, refreshToken, 'refresh_token'))) return true;
  const isRevoked = await oauth.revoke(endpoint, accessToken, 'access_token');
  return isRevoked && refreshToken === undefined;
}
