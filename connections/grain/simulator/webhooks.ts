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
import { recordingItem } from './item.js';

/** Nothing is signed. */
export const webhooks: SimulatedWebhooks = {
  proves: 'sender',
  newKey: () => ({ signing: '', kept: '' }),
  send: ({ event }) => ({
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(event)),
  }),
  golden: {
    event: { type: 'recording_added', user_id: 'u-1', data: golden.item },
    hints: [{ kind: 'call', externalId: 'b5a2c1de-8f3b-4d0e-9b39-3d4f0a1c2e5f', startedAt: '2026-02-17T23:59:30Z' }],
  },
};

const kinds = ['recording_added', 'recording_updated', 'recording_deleted'];
const known = ['hook_url', 'hook_type', 'include'];

interface Hook {
  readonly url: string;
  readonly kind: string;
  readonly include: Readonly<Record<string, unknown>>;
}

/** Hooks can be made and ended. What the platform answers is not written down; it is taken to repeat what it was asked. */
export function openHooks(account: Account) {
  const alive = new Map<string, Hook>();
  let made = 0;
  return {
    answer({ method, path, body }: SimulatedRequest): SimulatedReply | { readonly refused: number } {
      const id = /^\/hooks\/([^/]+)$/.exec(path)?.[1];
      if (id !== undefined && method === 'DELETE')
        return alive.delete(id) ? { status: 204, kind: 'hooks', body: Buffer.alloc(0) } : { refused: 404 };
      if (path !== '/hooks/create' || method !== 'POST') return { refused: 404 };
      const wish = (body ?? {}) as Readonly<Record<string, unknown>>;
      const isSound =
        Object.keys(wish).every(name => known.includes(name)) &&
        URL.canParse(String(wish.hook_url)) &&
        kinds.includes(String(wish.hook_type));
      if (!isSound) return { refused: 400 };
      const hook = { id: `hook-${digest(`${account.options.account}-${++made}`).toString(36)}`, ...wish };
      const include = (wish.include ?? {}) as Hook['include'];
      alive.set(hook.id, { url: String(wish.hook_url), kind: String(wish.hook_type), include });
      return { status: 201, kind: 'hooks', body: hook };
    },
    /** Of each recording that is added. */
    tell({ after, until }: ToldStretch): readonly Telling[] {
      const told = account
        .visible(true)
        .map(position => ({ position, at: account.startOf(position) + account.lengthMsOf(position) }))
        .filter(({ at }) => at > after && at <= until)
        .toSorted((a, b) => a.at - b.at);
      const listening = [...alive].filter(([, { kind }]) => kind === 'recording_added');
      return told.flatMap(({ position, at }) =>
        listening.map(([id, { url, kind, include }]) => ({
          ...{ at, url, about: account.idOf(position), id: `${id}-${position}`, keys: [{ signing: '', kept: '' }] },
          event: { type: kind, user_id: account.users[0]?.id, data: recordingItem(account, position, include) },
        })),
      );
    },
  };
}
