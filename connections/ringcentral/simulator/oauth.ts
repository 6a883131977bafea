import type { Issued, SimulatedOAuth } from '#connector';

/**
 * How RingCentral lets an app in: each person for themselves, with what the app may do; a scope that is asked for is
 * not looked at. A refresh ends the access token before it, and the refresh token that was used gives the same
 * successor again until that one is used, and some ten seconds more. Five sessions of a person live side by side. An
 * assertion from the console does without all that. How long a code lives is not written down; a minute spoils nobody.
 */
export const oauth: SimulatedOAuth = {
  client: { id: 'sandbox-ringcentral-app', secret: 'sandbox-ringcentral-secret' },
  assertion: 'sandbox.ringcentral.jwt-credential',
  authorize: {
    path: '/restapi/oauth/authorize',
    pkce: { required: false, methods: ['S256', 'plain'] },
    ignoresScope: true,
  },
  scopes: ['CallControl', 'ReadAccounts', 'ReadCallLog', 'ReadCallRecording', 'RingSense'],
  consentBy: 'anyone',
  token: {
    path: '/restapi/oauth/token',
    clientIn: ['basic'],
    grants: {
      authorization_code: ['form'],
      refresh_token: ['form'],
      'urn:ietf:params:oauth:grant-type:jwt-bearer': ['form'],
    },
    extras,
    refusal: ({ error, description }) => ({ error, errors: [{ errorCode: error, message: description }] }),
  },
  revoke: { path: '/restapi/oauth/revoke' },
  rules: {
    ...{ codeSeconds: 60, accessSeconds: 3_600, refreshSeconds: 604_800 },
    rotation: { kind: 'replay', unusedSeconds: 3_600, usedSeconds: 10 },
    ...{ refreshEndsAccess: true, sessionsPerPerson: 5 },
  },
};

/** `owner_id` is the person's extension, not the company. */
function extras({ id, account, person, renewable, rules }: Issued) {
  return {
    token_type: 'bearer',
    ...(renewable && { refresh_token_expires_in: rules.refreshSeconds }),
    owner_id: `${account}-${person}`,
    endpoint_id: `endpoint-of-${id}`,
    session_id: id,
  };
}
