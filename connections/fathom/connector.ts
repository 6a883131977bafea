import { defineConnector } from '#connector';
import { toAccount, toCall, toPage, toTranscript } from './map.js';
import { webhooks } from './webhooks.js';

export default defineConnector({
  manifest: {
    id: 'fathom',
    name: 'Fathom',
    kind: 'recorder',
    support: 'partial',
    caveat:
      "A key or sign-in sees its owner's meetings and those shared with them, and none recorded outside the company. Fathom does not say how many there are, and may lower its limit for transcripts to 5 a minute. How late a meeting may be entered it does not say either: syncs take two days for enough. By sign-in, transcripts come one at a time, which takes ten times as long. Fathom does not name the account; the domain of its members' addresses stands for it. Where all have addresses such as gmail.com, each connection is an account of its own: it has a quota of its own, a meeting that two keys see is kept twice, and a new key must be told which connection it renews.",
    customerBrings: [
      'Every member whose meetings count makes an API key under User Settings > API Access, or shares their meetings with a member who does. Keys of a company are connected one after another; what they bring is joined.',
      'To sign in instead, the app of this hub must have been reviewed by Fathom.',
    ],
    docs: 'https://developers.fathom.ai',
    verifiedOn: '2026-11-21',
  },
  auth: [
    {
      kind: 'secret',
      label: 'API key',
      fields: [{ name: 'apiKey', label: 'API key', hint: 'Made in Fathom under User Settings > API Access.' }],
      headers: ({ apiKey = '' }) => ({ 'x-api-key': apiKey.trim() }),
      remedy: 'Check in Fathom under User Settings > API Access that the key exists; then enter it again.',
    },
    {
      kind: 'oauth2',
      label: 'Sign in with Fathom',
      grant: 'authorization_code',
      authorizeUrl: 'https://fathom.video/external/v1/oauth2/authorize',
      tokenUrl: 'https://fathom.video/external/v1/oauth2/token',
      scopes: ['public_api'],
      pkce: false,
      clientAuth: 'body',
      tokenBody: 'form',
      rotation: 'single-use',
      // `expires_in` decides; the papers name no figure.
      lifetimes: { accessSeconds: 3_600 },
      lacks: ['inline-transcripts'],
      remedy: 'Sign in to Fathom again and allow the app to read your meetings.',
    },
  ],
  http: {
    baseUrl: 'https://api.fathom.ai/external/v1',
    domain: 'fathom.ai',
    quotaHeaders: { limit: 'ratelimit-limit', remaining: 'ratelimit-remaining', reset: 'ratelimit-reset' },
    // The way to say that nobody spoke, or that nothing was written down.
    verdicts: [
      { status: 200, purpose: 'lookup', body: /^\s*\{\s*"transcript"\s*:\s*(null|\[\s*\])\s*\}\s*$/, verdict: 'empty' },
    ],
  },
  limits: [
    { requests: 60, seconds: 60, owner: 'account' },
    { requests: 30, seconds: 60, owner: 'account', group: 'heavy' },
  ],
  // Nothing tells who the owner of a key is; the members of their company can be listed.
  check: async ask => toAccount(await ask.send({ path: '/team_members' })),
  calls: {
    medium: 'meeting',
    pageSize: 10,
    settleHours: 48,
    // The filter compares when Fathom made the meeting's entry, which is not when the recording began.
    marginHours: { before: 24, after: 48 },
    inlineTranscript: 'transcript',
    request: ({ from, to, cursor, withTranscripts = false }) => ({
      path: '/meetings',
      query: { created_after: from, created_before: to, cursor, include_transcript: withTranscripts || undefined },
      ...(withTranscripts && { group: 'heavy' }),
    }),
    ...{ items: ['items'], idPath: ['recording_id'] },
    page: toPage,
    call: toCall,
  },
  transcriptOfCall: {
    key: call => call.externalId,
    request: recordingId => ({ path: `/recordings/${recordingId}/transcript`, group: 'heavy' }),
    transcript: toTranscript,
  },
  webhooks,
  exceptions: [{ check: 'dead-cursor', reason: 'A cursor holds a page number and does not die.' }],
});
