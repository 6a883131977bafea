import type { SimulatedOAuth } from '#connector';

/**
 * How Fathom lets an app in: each person for themselves, with the one scope that there is, without PKCE. The client
 * shows itself in the form, never by Basic. Refresh tokens are good once. `expires_in` decides how long an access
 * token lives; an hour has been seen. How long a code lives is not written down.
 */
export const oauth: SimulatedOAuth = {
  client: { id: 'sandbox-fathom-app', secret: 'sandbox-fathom-secret' },
  authorize: { path: '/external/v1/oauth2/authorize', pkce: 'ignored' },
  scopes: ['public_api'],
  consentBy: 'anyone',
  token: {
    path: '/external/v1/oauth2/token',
    clientIn: ['body'],
    grants: { authorization_code: ['form'], refresh_token: ['form'] },
  },
  rules: { codeSeconds: 60, accessSeconds: 3_600, rotation: { kind: 'strict' } },
};
