import { digest, type SimulatedReply, type SimulatedRequest, type SimulatedWebhooks } from '#connector';
import { golden } from './golden.js';

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

/** Hooks can be made and ended. What the platform answers is not written down; it is taken to repeat what it was asked. */
export function openHooks(account: string) {
  const alive = new Set<string>();
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
      const hook = { id: `hook-${digest(`${account}-${++made}`).toString(36)}`, ...wish };
      alive.add(hook.id);
      return { status: 201, kind: 'hooks', body: hook };
    },
  };
}
