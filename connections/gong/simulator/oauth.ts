import { digest, type SimulatedGrant, type SimulatedOAuth, type SimulatedRequest } from '#connector';

/**
 * How Gong lets an app in: for a whole company, by a technical administrator, without PKCE. The client shows itself by
 * Basic alone. A refresh is looked for in the query string; a code is taken there, as the papers have it, and in a
 * form, as its clients send it. Refresh tokens are good once. There is nowhere to revoke.
 */
export const oauth: SimulatedOAuth = {
  client: { id: 'SANDBOXCLIENT', secret: 'sandbox-client-secret' },
  authorize: { path: '/oauth2/authorize', pkce: 'ignored' },
  scopes: [
    'api:calls:read:basic',
    'api:calls:read:extensive',
    'api:calls:read:media-url',
    'api:calls:read:transcript',
    'api:users:read',
    'api:workspaces:read',
  ],
  consentBy: 'admin',
  token: {
    path: '/oauth2/generate-customer-token',
    clientIn: ['basic'],
    grants: { authorization_code: ['query', 'form'], refresh_token: ['query'] },
    extras: grant => ({ api_base_url_for_customer: hostOf(grant) }),
  },
  rules: { codeSeconds: 600, accessSeconds: 86_400, rotation: { kind: 'strict' } },
};

/** Each company has a host of its own. */
function hostOf({ account }: SimulatedGrant): string {
  return `https://company-${digest(account) % 1000}.api.gong.io`;
}

/** What a token must be good for, by endpoint. */
const needed: Readonly<Record<string, string>> = {
  'GET /v2/workspaces': 'api:workspaces:read',
  'GET /v2/users': 'api:users:read',
  'GET /v2/calls': 'api:calls:read:basic',
  'GET /v2/calls/{id}': 'api:calls:read:basic',
  'POST /v2/calls/extensive': 'api:calls:read:extensive',
  'POST /v2/calls/transcript': 'api:calls:read:transcript',
};

/** A scope that this request needs and its grant does not have; undefined when all is well. Access keys may do all. */
export function missingScope({ bearer, body }: SimulatedRequest, endpoint: string): string | undefined {
  if (bearer?.state !== 'live') return undefined;
  const { scopes } = bearer.grant;
  const media = (body as MediaAsked | undefined)?.contentSelector?.exposedFields?.media === true;
  const wanted = [needed[endpoint], media ? 'api:calls:read:media-url' : undefined];
  return wanted.find(scope => scope !== undefined && !scopes.includes(scope));
}

interface MediaAsked {
  readonly contentSelector?: { readonly exposedFields?: { readonly media?: unknown } };
}
