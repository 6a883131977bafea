import { createHmac, randomBytes } from 'node:crypto';
import type { SimulatedKey, SimulatedReply, SimulatedRequest, SimulatedWebhooks, Webhooks } from '#connector';

interface MadeUpEvent {
  readonly call: { readonly id: string; readonly at: string };
}
interface MadeUpHook {
  readonly id: string;
  readonly url: string;
  readonly until: string;
}

/** The made-up platform signs its events and its challenges, and lets subscriptions live for a day. */
export const madeUpWebhooks = {
  authenticity: {
    kind: 'hmac',
    signature: 'x-signature',
    prefix: 'sha256=',
    timestamp: 'x-sent-at',
    template: '{timestamp}.{body}',
  },
  challenge: {
    kind: 'keyed-digest',
    path: ['what'],
    value: 'are you there?',
    token: ['with', 'token'],
    reply: ['token', 'proof'],
  },
  hints(event) {
    const { call } = event as MadeUpEvent;
    return [{ kind: 'call', externalId: call.id, startedAt: call.at }];
  },
  setUp: {
    by: 'hub',
    secret: 'ours',
    subscribe: {
      request: ({ url, secret }) => ({ method: 'POST', path: '/hooks', body: { url, secret } }),
      read: reply => subscription(reply as MadeUpHook),
    },
    renew: {
      request: id => ({ method: 'PUT', path: `/hooks/${id}` }),
      read: reply => subscription(reply as MadeUpHook),
    },
    unsubscribe: id => ({ method: 'DELETE', path: `/hooks/${id}` }),
    list: {
      request: () => ({ path: '/hooks' }),
      read: reply => (reply as { hooks: readonly MadeUpHook[] }).hooks.map(subscription),
    },
  },
} satisfies Webhooks;

function subscription({ id, url, until }: MadeUpHook) {
  return { id, url, expiresAt: until };
}

export const madeUpSimulatedWebhooks: SimulatedWebhooks = {
  proves: 'content',
  newKey() {
    const key = randomBytes(16).toString('hex');
    return { signing: key, kept: key };
  },
  send: ({ event, at, keys: [key] }) => signed(event, at, key),
  challenge: (at, key) => ({
    ...signed({ what: 'are you there?', with: { token: 'tok-1_A' } }, at, key),
    isMetBy: ({ body }) => {
      const proof = createHmac('sha256', key.signing).update('tok-1_A').digest('hex');
      return body === JSON.stringify({ token: 'tok-1_A', proof });
    },
  }),
  golden: {
    event: { call: { id: '12345678901234567890', at: '2026-01-02T03:04:05.000Z' } },
    hints: [{ kind: 'call', externalId: '12345678901234567890', startedAt: '2026-01-02T03:04:05.000Z' }],
  },
};

function signed(event: unknown, at: Date, { signing }: SimulatedKey) {
  const body = Buffer.from(JSON.stringify(event));
  const seconds = String(Math.floor(at.getTime() / 1_000));
  const digest = createHmac('sha256', signing).update(`${seconds}.${body.toString()}`).digest('hex');
  return { headers: { 'x-signature': `sha256=${digest}`, 'x-sent-at': seconds }, body };
}

/** Subscriptions of one account. */
export function madeUpHooks() {
  const hooks = new Map<string, MadeUpHook>();
  return ({ method, path, body }: SimulatedRequest): SimulatedReply => {
    const reply = (status: number, value: unknown): SimulatedReply => ({ status, body: value, kind: 'hooks' });
    const id = path.split('/')[2];
    if (id !== undefined && !hooks.has(id)) return reply(404, { error: 'no such hook' });
    if (id !== undefined && method === 'DELETE') {
      hooks.delete(id);
      return { ...reply(204, undefined), body: Buffer.alloc(0) };
    }
    if (id !== undefined) return reply(200, { ...hooks.get(id), until: '2099-01-02T00:00:00.000Z' });
    if (method === 'GET') return reply(200, { hooks: [...hooks.values()] });
    const { url, secret } = body as { url: string; secret?: string };
    if (secret === undefined) return reply(400, { error: 'no secret' });
    const hook = { id: `hook${hooks.size + 1}`, url, until: '2099-01-01T00:00:00.000Z' };
    hooks.set(hook.id, hook);
    return reply(201, hook);
  };
}
