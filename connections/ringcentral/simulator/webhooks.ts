import { randomBytes, randomUUID } from 'node:crypto';
import {
  digest,
  digits,
  type SimulatedKey,
  type SimulatedReply,
  type SimulatedRequest,
  type SimulatedWebhooks,
  type Telling,
  type ToldStretch,
} from '#connector';
import type { Account } from './account.js';
import { platform } from './item.js';
import { refusal } from './reply.js';

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

interface Written {
  readonly id: string;
  readonly eventFilters: unknown;
  readonly status: string;
  readonly expirationTime: string;
  readonly deliveryMode: { readonly address: unknown };
}

/** Subscriptions of one person. A week is the most that is granted, as clients have found out. */
export function openSubscriptions(account: Account) {
  const { options, isOdd } = account;
  const alive = new Map<string, Written>();
  const tokens = new Map<string, SimulatedKey>();
  let made = 0;
  const now = (): number => options.now?.() ?? Date.parse(options.to);
  return {
    /** It has failed too often at all addresses. */
    giveUp() {
      for (const [id, subscription] of alive) alive.set(id, { ...subscription, status: 'Blacklisted' });
    },
    answer({ method, path, body }: SimulatedRequest): SimulatedReply | { readonly refused: 400 | 404 } {
      for (const [id, { expirationTime }] of alive) if (Date.parse(expirationTime) <= now()) alive.delete(id);
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
        return { ...reply(200, make(wish)), ...askingFor(wish) };
      }
      const found = id === undefined ? undefined : alive.get(id);
      if (id === undefined || found === undefined || more.length > 0) return { refused: 404 };
      if (method === 'POST' && verb === 'renew') {
        const renewed = { ...found, ...lasting(now(), longestSeconds) };
        alive.set(id, renewed);
        return reply(200, renewed);
      }
      if (verb !== undefined) return { refused: 404 };
      if (method === 'GET') return reply(200, found);
      if (method !== 'DELETE') return { refused: 404 };
      alive.delete(id);
      return { ...reply(204, undefined), body: Buffer.alloc(0) };
    },
    /** Of each call that has ended, to everybody who asked for that. */
    tell({ after, until }: ToldStretch): readonly Telling[] {
      const subscribed = [...alive.values()].filter(
        ({ status, eventFilters }) =>
          status === 'Active' && (eventFilters as string[]).some(filter => filter.includes('/telephony/sessions')),
      );
      const told = account
        .visible(true)
        .map(position => ({ position, at: account.startOf(position) + account.lengthMsOf(position) + hangUpMs }))
        .filter(({ at }) => at > after && at <= until);
      return told.flatMap(({ position, at }) =>
        subscribed.map(subscription => ({
          ...{ at, about: account.idOf(position), id: `${digest(subscription.id)}${digits(position, 9)}` },
          url: String(subscription.deliveryMode.address),
          keys: [tokens.get(subscription.id) ?? { signing: '', kept: '' }],
          event: disconnected(account, position, { at, subscription: subscription.id }),
        })),
      );
    },
  };

  function make(wish: Wish): Written {
    const subscription = written(`${digest(`${options.account}-${++made}`)}-${made}`, wish);
    const { verificationToken: token = '' } = wish.deliveryMode as Wish;
    alive.set(subscription.id, subscription);
    tokens.set(subscription.id, { signing: String(token), kept: String(token) });
    return subscription;
  }

  /** The address has to show first that it is the receiver's. */
  function askingFor({ deliveryMode }: Wish): Pick<SimulatedReply, 'onceMet'> {
    const [id = ''] = [...alive.keys()].slice(-1);
    const keys = [tokens.get(id) ?? { signing: '', kept: '' }] as const;
    return {
      onceMet: {
        receiver: { url: String((deliveryMode as Wish).address), keys },
        otherwise() {
          alive.delete(id);
          const message = 'WebHook is not reachable or does not return the Validation-Token';
          return refusal('subscriptions', { status: 400, name: 'InvalidParameter', code: 'SUB-525', message });
        },
      },
    };
  }

  function lasting(from: number, asked: number) {
    const seconds = Math.min(isOdd('short-grant') ? 3_600 : longestSeconds, asked);
    return { expirationTime: new Date(from + seconds * 1_000).toISOString(), expiresIn: seconds };
  }

  function written(id: string, { eventFilters, deliveryMode, expiresIn = longestSeconds }: Wish) {
    const { address } = deliveryMode as Wish;
    return {
      ...{ uri: `${platform}${root}/${id}`, id, eventFilters, status: 'Active' },
      creationTime: new Date(now()).toISOString(),
      ...lasting(now(), Number(expiresIn)),
      deliveryMode: { transportType: 'WebHook', address, encryption: false },
    };
  }
}

/** From the end of a call until its sessions are said to be disconnected. */
const hangUpMs = 2_000;

/** What is said of a call that has ended: its session, and when; not the id that the log knows it by. */
function disconnected(
  account: Account,
  position: number,
  { at, subscription }: { readonly at: number; readonly subscription: string },
) {
  return {
    event: `/restapi/v1.0/account/${account.id}/telephony/sessions?statusCode=Disconnected`,
    timestamp: new Date(at + 120).toISOString(),
    subscriptionId: subscription,
    ownerId: account.id,
    body: {
      sequence: 4 + (position % 9),
      sessionId: `1${digits(position, 9)}008`,
      telephonySessionId: account.sessionOf(position),
      serverId: '10.13.22.125',
      eventTime: new Date(at).toISOString(),
      parties: [{ accountId: account.id, extensionId: account.extensions[0]?.id, direction: 'Outbound' }],
    },
  };
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
