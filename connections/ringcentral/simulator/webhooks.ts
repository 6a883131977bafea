import { randomBytes, randomUUID } from 'node:crypto';
import { digest, type SimulatedReply, type SimulatedRequest, type SimulatedWebhooks } from '#connector';
import { platform } from './item.js';

/** The token of the subscription goes along in a header; nothing is signed. */
export const webhooks: SimulatedWebhooks = {
  proves: 'sender',
  newKey() {
    const token = randomBytes(24).toString('base64url');
    return { signing: token, kept: token };
  },
  send: ({ event, id, keys: [{ signing }] }) => ({
    headers: { 'content-type': 'application/json', 'verification-token': signing },
    body: Buffer.from(JSON.stringify(typeof event === 'object' && event !== null ? { ...event, uuid: id } : event)),
  }),
  challenge() {
    const token = randomUUID();
    return {
      headers: { 'validation-token': token },
      body: Buffer.alloc(0),
      isMetBy: ({ headers, body }) =>
        headers['validation-token'] === token && JSON.stringify(headers).length + body.length < 1_024,
    };
  },
  golden: {
    event: {
      uuid: '1233450189561812843',
      event: '/restapi/v1.0/account/400131426008/telephony/sessions?statusCode=Disconnected',
      timestamp: '2026-02-10T15:42:31.104Z',
      subscriptionId: '95fecfc9-9cdc-4e94-a78a-89fd65889d37',
      ownerId: '400131426008',
      body: {
        sequence: 11,
        sessionId: '1130459133008',
        telephonySessionId: 's-a0d7bd8ea7f9fz1947b2b5d34z3b3f30000',
        serverId: '10.13.22.125',
        eventTime: '2026-02-10T15:42:30.988Z',
        parties: [{ accountId: '400131426008', extensionId: '400131426009', direction: 'Outbound' }],
      },
    },
    hints: [{ kind: 'call', startedWithin: { from: '2026-02-10T11:42:30.988Z', to: '2026-02-10T15:42:30.988Z' } }],
  },
};

const root = '/restapi/v1.0/subscription';
const longestSeconds = 604_800;
type Wish = Readonly<Record<string, unknown>>;

/** Subscriptions of one person. A week is the most that is granted, as clients have found out. */
export function openSubscriptions(account: string, madeAt: string, isOdd: (quirk: string) => boolean) {
  const alive = new Map<string, Readonly<Record<string, unknown>>>();
  let made = 0;
  return {
    /** It has failed too often at all addresses. */
    giveUp() {
      for (const [id, subscription] of alive) alive.set(id, { ...subscription, status: 'Blacklisted' });
    },
    answer({ method, path, body }: SimulatedRequest): SimulatedReply | { readonly refused: 400 | 404 } {
      const reply = (status: number, value: unknown): SimulatedReply => ({
        status,
        kind: 'subscriptions',
        body: value,
      });
      const [id, verb, ...more] = path.slice(root.length + 1).split('/');
      if (path === root && method === 'GET') return reply(200, { uri: platform + root, records: [...alive.values()] });
      if (path === root && method === 'POST') {
        const wish = (body ?? {}) as Wish;
        if (!isSound(wish)) return { refused: 400 };
        const subscription = written(`${digest(`${account}-${++made}`)}-${made}`, wish);
        alive.set(subscription.id, subscription);
        return reply(200, subscription);
      }
      if (id === undefined || !alive.has(id) || more.length > 0) return { refused: 404 };
      if (method === 'POST' && verb === 'renew') return reply(200, alive.get(id));
      if (verb !== undefined) return { refused: 404 };
      if (method === 'GET') return reply(200, alive.get(id));
      if (method !== 'DELETE') return { refused: 404 };
      alive.delete(id);
      return { ...reply(204, undefined), body: Buffer.alloc(0) };
    },
  };

  function written(id: string, { eventFilters, deliveryMode, expiresIn = longestSeconds }: Wish) {
    const seconds = Math.min(isOdd('short-grant') ? 3_600 : longestSeconds, Number(expiresIn));
    const { address } = deliveryMode as Wish;
    return {
      ...{ uri: `${platform}${root}/${id}`, id, eventFilters, status: 'Active' },
      creationTime: madeAt,
      expirationTime: new Date(Date.parse(madeAt) + seconds * 1_000).toISOString(),
      expiresIn: seconds,
      deliveryMode: { transportType: 'WebHook', address, encryption: false },
    };
  }
}

function isSound(wish: Wish): boolean {
  const { eventFilters, deliveryMode, expiresIn = 1 } = wish;
  const mode = (deliveryMode ?? {}) as Wish;
  return (
    Object.keys(wish).every(name => ['eventFilters', 'deliveryMode', 'expiresIn'].includes(name)) &&
    Object.keys(mode).every(name => ['transportType', 'address', 'verificationToken'].includes(name)) &&
    Array.isArray(eventFilters) &&
    eventFilters.length > 0 &&
    eventFilters.every(filter => typeof filter === 'string' && filter !== '') &&
    mode.transportType === 'WebHook' &&
    URL.canParse(String(mode.address)) &&
    Number.isSafeInteger(expiresIn) &&
    Number(expiresIn) >= 1
  );
}
