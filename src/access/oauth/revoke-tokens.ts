import type { OAuthEndpoint } from '../../core/ports.js';
import type { Secret } from '../../core/secret.js';
import type { House } from '../../scope.js';

interface Tokens {
  readonly accessToken: Secret<string>;
  readonly refreshToken: Secret<string> | undefined;
}

/** Gives back what nobody is to use. As well as it goes: platforms without such an address keep it until it ends. */
export async function revokeTokens(
  { oauth }: Pick<House, 'oauth'>,
  endpoint: OAuthEndpoint,
  tokens: Tokens,
): Promise<boolean> {
  const { accessToken, refreshToken } = tokens;
  if (refreshToken !== undefined && (await oauth.revoke(endpoint, refreshToken, 'refresh_token'))) return true;
  return oauth.revoke(endpoint, accessToken, 'access_token');
}
