import type { SimulatedOAuth } from '#connector';

/**
 * How Grain lets an app in: with PKCE, and with JSON where others send forms, client and all. Neither rotation nor
 * lifetimes are written down, so the pretend one does what asks the most of a client: refresh tokens are good once.
 */
export const oauth: SimulatedOAuth = {
  client: { id: 'sandbox-grain-app', secret: 'sandbox-grain-secret' },
  authorize: {
    path: '/_/public-api/oauth2/authorize',
    pkce: { required: true, methods: ['S256'] },
    ignoresScope: true,
  },
  scopes: [],
  consentBy: 'anyone',
  token: {
    path: '/_/public-api/oauth2/token',
    clientIn: ['body'],
    grants: { authorization_code: ['json'], refresh_token: ['json'] },
  },
  rules: { codeSeconds: 60, accessSeconds: 3_600, rotation: { kind: 'strict' } },
};
