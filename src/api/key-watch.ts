import { keyRevokedTopic, keysThatWork } from '../customers/index.js';
import type { Rooms } from './scope-for.js';
import { dismiss, type Visit } from './sockets.js';

const lookEveryMs = 4_000;

/**
 * Closes sockets whose key was revoked or has expired, within 5 seconds, and ends what is known of who holds keys.
 *
 * The bus tells at once. As its news may be lost, and nobody tells of an expiry, open sockets' keys are
 * also looked up every few seconds, all in one query.
 */
export function watchKeys({ house, em, viewers }: Rooms, visits: ReadonlySet<Visit>, signal: AbortSignal): void {
  const door = { clock: house.clock, log: house.log, em };

  const look = async (only?: unknown): Promise<void> => {
    const held = [...visits].flatMap(visit => {
      const id = visit.viewer?.apiKeyId;
      return id === undefined || (only !== undefined && only !== id) ? [] : [{ id, visit }];
    });
    if (held.length === 0) return;
    const working = await keysThatWork(door, [...new Set(held.map(({ id }) => id))]);
    for (const { id, visit } of held) {
      if (!working.has(id)) dismiss(house, visit, [4403, 'FORBIDDEN', 'the API key was revoked or has expired.']);
    }
  };
  const lookCalmly = (only?: unknown): void => {
    look(only).catch((error: unknown) => house.log.debug('Keys of open sockets could not be looked up.', { error }));
  };

  const timer = setInterval(lookCalmly, lookEveryMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  const news = house.bus.listen(keyRevokedTopic, signal);
  void (async () => {
    for await (const event of news) {
      viewers.forget();
      lookCalmly(event.kind === 'gap' ? undefined : (event.message as { id?: unknown }).id);
    }
  })();
}
