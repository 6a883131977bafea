import type { Connector, OAuth2 } from '#connector';
import type { OAuthEndpoint } from '../../core/ports.js';
import type { House } from '../../scope.js';
import type { App } from '../apps/find-app.js';

/** Where to ask a platform for tokens, and as whom. Its addresses come from its connector or the configuration, and from nowhere else. */
export function endpointFor(
  { authUrls, tokenUrls }: Pick<House, 'authUrls' | 'tokenUrls'>,
  { manifest: { id } }: Connector,
  method: OAuth2,
  { clientId, clientSecret }: App,
): OAuthEndpoint {
  const { authorizeUrl, authorizeParams, tokenUrl, revokeUrl, clientAuth, tokenBody } = method;
  return {
    authorizeUrl: authorizeUrl && elsewhere(authorizeUrl, authUrls.get(id)),
    tokenUrl: elsewhere(tokenUrl, tokenUrls.get(id)),
    revokeUrl: revokeUrl && elsewhere(revokeUrl, tokenUrls.get(id)),
    ...{ authorizeParams, clientId, clientSecret, clientAuth, tokenBody },
  };
}

function elsewhere(url: string, host: string | undefined): string {
  if (host === undefined) return url;
  const { pathname, search } = new URL(url);
  return host + pathname + search;
}
