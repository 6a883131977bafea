import { createHash, createHmac, randomBytes } from 'node:crypto';
import {
  digest,
  type SimulatedReply,
  type SimulatedRequest,
  type SimulatedWebhooks,
  type Telling,
  type ToldStretch,
} from '#connector';
import type { Account } from './account.js';
import { golden } from './golden.js';
import { meetingItem } from './item.js';

/** Standard Webhooks, as Fathom's pages describe them: one event, whose body is the meeting. */
export const webhooks: SimulatedWebhooks = {
  proves: 'content',
  newKey() {
    const secret = `whsec_${randomBytes(18).toString('base64')}`;
    return { signing: secret, kept: secret };
  },
  send({ event, at, id, keys }) {
    const body = Buffer.from(JSON.stringify(event));
    const seconds = Math.floor(at.getTime() / 1_000);
    const signed = Buffer.concat([Buffer.from(`${id}.${seconds}.`), body]);
    const signatures = keys.map(({ signing }) => {
      const key = Buffer.from(signing.slice('whsec_'.length), 'base64');
      return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    });
    return {
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signatures.join(' '),
      },
      body,
    };
  },
  golden: {
    event: golden.item,
    hints: [{ kind: 'call', externalId: '123456789', startedAt: '2026-03-01T16:01:12Z' }],
  },
};

const parts = ['include_action_items', 'include_crm_matches', 'include_summary', 'include_transcript'];
const audiences = [
  ...['my_recordings', 'shared_external_recordings'],
  ...['my_shared_with_team_recordings', 'shared_team_recordings'],
];

/** What was subscribed to; it can be made and ended, not listed. Undefined: refused as the platform refuses. */
export function openSubscriptions(account: Account) {
  const { options } = account;
  const alive = new Map<string, { readonly url: string; readonly secret: string; readonly withTranscript: boolean }>();
  let made = 0;
  return {
    answer({ method, path, body, query }: SimulatedRequest): SimulatedReply | { readonly refused: number } {
      const kind = 'webhooks';
      const id = /^\/webhooks\/([^/]+)$/.exec(path)?.[1];
      if (id !== undefined && method === 'DELETE')
        return alive.delete(id) ? { status: 204, kind, body: Buffer.alloc(0) } : { refused: 404 };
      if (id !== undefined || method !== 'POST') return { refused: 404 };
      const wish = (body ?? {}) as Readonly<Record<string, unknown>>;
      if ([...query.keys()].length > 0 || !isSound(wish)) return { refused: 400 };
      made++;
      const webhook = {
        id: `${digest(`${options.account}-${made}`).toString(36)}webhook`,
        url: wish.destination_url,
        secret: `whsec_${createHash('sha256').update(`${options.account}-${made}`).digest().subarray(0, 18).toString('base64')}`,
        created_at: options.now === undefined ? options.to : new Date(options.now()).toISOString(),
        ...Object.fromEntries(parts.map(name => [name, wish[name] === true])),
        triggered_for: wish.triggered_for,
      };
      const withTranscript = wish.include_transcript === true;
      alive.set(webhook.id, { url: String(wish.destination_url), secret: webhook.secret, withTranscript });
      return { status: 201, kind, body: webhook };
    },
    /** Of each meeting once, when it has been entered. */
    tell({ after, until }: ToldStretch): readonly Telling[] {
      const told = account
        .visible(true)
        .map(position => ({ position, at: account.enteredOf(position) }))
        .filter(({ at }) => at > after && at <= until)
        .toSorted((a, b) => a.at - b.at);
      return told.flatMap(({ position, at }) =>
        [...alive].map(([id, { url, secret, withTranscript }]) => ({
          ...{ at, url, about: String(account.idOf(position)), id: `msg_${id}_${position}` },
          keys: [{ signing: secret, kept: secret }],
          event: { ...meetingItem(account, position, withTranscript), action_items: [] },
        })),
      );
    },
  };
}

function isSound(wish: Readonly<Record<string, unknown>>): boolean {
  const { destination_url: url, triggered_for: for_ } = wish;
  const known = [...parts, 'destination_url', 'triggered_for'];
  return (
    Object.keys(wish).every(name => known.includes(name)) &&
    typeof url === 'string' &&
    URL.canParse(url) &&
    Array.isArray(for_) &&
    for_.length > 0 &&
    for_.every(audience => audiences.includes(audience)) &&
    parts.some(name => wish[name] === true)
  );
}
