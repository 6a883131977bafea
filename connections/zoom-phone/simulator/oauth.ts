import type { SimulatedOAuth } from '#connector';

/**
 * How Zoom lets an app in: each person for themselves, with a refresh token that is good once and lives 90 days;
 * letting the app in again ends what came before. An app of the account itself names the account instead of a person,
 * and has nothing to refresh. The client shows itself by Basic alone; the reply names the host of the region.
 */
export const oauth: SimulatedOAuth = {
  client: { id: 'sandbox-zoom-app', secret: 'sandbox-zoom-secret' },
  authorize: { path: '/oauth/authorize', pkce: { required: false, methods: ['S256', 'plain'] }, ignoresScope: true },
  scopes: [
    ...['phone:read:list_call_logs:admin', 'phone:read:call_log:admin', 'phone:read:recording_transcript:admin'],
    ...['phone:read:call_recording:admin', 'phone:read:list_users:admin', 'user:read:user:admin'],
  ],
  consentBy: 'anyone',
  token: {
    path: '/oauth/token',
    clientIn: ['basic'],
    grants: { authorization_code: ['form'], refresh_token: ['form'], account_credentials: ['query', 'form'] },
    extras: () => ({ token_type: 'bearer', api_url: 'https://api-eu.zoom.us' }),
    refusal: ({ error, description }) => ({ reason: description, error }),
  },
  revoke: { path: '/oauth/revoke' },
  rules: {
    ...{ codeSeconds: 300, accessSeconds: 3_600, refreshSeconds: 90 * 86_400, sessionsPerPerson: 1 },
    rotation: { kind: 'strict' },
  },
};
