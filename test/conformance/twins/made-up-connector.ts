import { type CallDraft, type Connector, defineConnector } from '#connector';
import { madeUpWebhooks } from './made-up-webhooks.js';

interface MadeUpCall {
  readonly id: string;
  readonly at: string;
  readonly ms: number;
  readonly people: readonly string[];
}

/** A sound connector to a platform that does not exist; the twins are this one with one flaw each. */
export const madeUpConnector: Connector = defineConnector({
  manifest: {
    id: 'made-up',
    name: 'Made Up',
    kind: 'dialer',
    support: 'supported',
    customerBrings: ['An administrator makes an access token under Settings.'],
    docs: 'https://made-up.example/docs',
    verifiedOn: '2026-01-01',
  },
  auth: [
    {
      kind: 'secret',
      label: 'Access token',
      fields: [{ name: 'token', label: 'Access token' }],
      headers: ({ token = '' }) => ({ authorization: `Bearer ${token}` }),
      remedy: 'Check under Settings that the token exists.',
    },
  ],
  http: {
    baseUrl: 'https://api.made-up.example',
    domain: 'made-up.example',
    silentWaitSeconds: 30,
    quotaHeaders: { limit: 'x-limit' },
    verdicts: [
      { status: 404, body: /nothing here/, verdict: 'empty' },
      { status: 410, verdict: 'restart' },
    ],
  },
  limits: [
    { requests: 4, seconds: 1, owner: 'company' },
    { requests: 60, seconds: 60, owner: 'company' },
  ],
  async check(ask) {
    const { company } = (await ask.send({ path: '/me' })) as { company: { key: string; title: string } };
    return { id: company.key, name: company.title };
  },
  preview: {
    request: ({ from, to }) => ({ path: '/calls/count', query: { from, to } }),
    count: reply => (reply as { count: number }).count,
  },
  calls: {
    pageSize: 40,
    settleHours: 2,
    request: ({ from, to, cursor }) => ({ path: '/calls', query: { from, to, after: cursor } }),
    ...{ items: ['page', 'calls'], idPath: ['id'] },
    page: reply => ({ next: pageOf(reply).after, total: pageOf(reply).of }),
    call: item => toCall(item as MadeUpCall),
  },
  transcripts: {
    batchSize: 30,
    request: ({ externalIds, cursor }) => ({
      method: 'POST',
      path: '/words',
      body: { ids: externalIds, after: cursor },
    }),
    items: ['words'],
    idKey: 'call',
    page: reply => ({ next: (reply as { after?: string }).after }),
    transcript: document => ({
      lines: (document as { said: readonly [string, number, string][] }).said.map(
        ([speakerName, startSeconds, text]) => ({
          speakerName,
          startSeconds,
          text,
        }),
      ),
    }),
  },
  webhooks: madeUpWebhooks,
});

function pageOf(reply: unknown): { readonly after?: string; readonly of?: number } {
  return (reply as { page: { after?: string; of?: number } }).page;
}

export function toCall({ id, at, ms, people }: MadeUpCall): CallDraft {
  return {
    externalId: id,
    medium: 'phone',
    startedAt: at,
    durationSeconds: ms / 1_000,
    participants: people.map(name => ({ name })),
    recordings: [],
  };
}
