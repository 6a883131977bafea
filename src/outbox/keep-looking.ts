import type { House } from '../scope.js';

/** News that there may be something to do in the outbox. */
export const outboxTopic = 'outbox';
const everySecond = 1_000;

/**
 * Looks at once, whenever there is news of the outbox, and every second, since news may be lost. One look at a time; it goes on at
 * once while there is more. What goes wrong is tried again.
 *
 * @param look resolves to whether there may be more.
 * @param other to listen to, and how often to look without news.
 * @returns what settles when `signal` has aborted and the last look has ended.
 */
export async function keepLooking(
  { bus, log }: Pick<House, 'bus' | 'log'>,
  look: () => Promise<boolean>,
  signal: AbortSignal,
  other: { readonly topic?: string; readonly everyMs?: number } = {},
): Promise<void> {
  const { topic = outboxTopic, everyMs = everySecond } = other;
  let wake: (() => void) | undefined;
  let news = false;
  const listen = async (): Promise<void> => {
    for await (const _ of bus.listen(topic, signal)) {
      news = true;
      wake?.();
    }
  };
  const listening = listen();
  signal.addEventListener('abort', () => wake?.(), { once: true });
  while (!signal.aborted) {
    news = false;
    const more = await look().catch((error: unknown) => {
      log.debug('There could not be looked.', { topic, error });
      return false;
    });
    if (more || news || signal.aborted) continue;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, everyMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  await listening;
}
