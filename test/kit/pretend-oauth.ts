import type { SimulatedOAuth } from '#connector';

/** The OAuth side of a platform that does not exist and has no oddities, or the ones that a test gives it. */
export function pretend(changes: Partial<SimulatedOAuth> = {}): SimulatedOAuth {
  return {
    client: { id: 'pretend-client', secret: 'pretend-secret' },
    authorize: { path: '/authorize', pkce: { required: true, methods: ['S256'] } },
    scopes: ['calls', 'users'],
    consentBy: 'anyone',
    token: {
      path: '/token',
      clientIn: ['basic', 'body'],
      grants: { authorization_code: ['form'], refresh_token: ['form'] },
    },
    revoke: { path: '/revoke' },
    rules: { codeSeconds: 60, accessSeconds: 3600, rotation: { kind: 'strict' } },
    ...changes,
  };
}
