import type { House } from '../../scope.js';
import { keeperOf } from './keeper.js';

const everyMs = 500;
/** At one time in one process: many more than platforms answer at once, few enough to be drained in seconds. */
const mostAtOnce = 64;

/**
 * Refreshes every token by its own clock, whether anybody asks for it or not. Goes on until `signal` aborts; what is under
 * way then is brought to its end.
 */
export function sweepTokens(house: House, signal: AbortSignal): void {
  const keeper = keeperOf(house);
  let inHand = 0;
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking || signal.aborted || inHand > mostAtOnce / 2) return;
    looking = true;
    try {
      const room = mostAtOnce - inHand;
      const { begun, done } = await keeper.sweep(room);
      inHand += begun;
      void done.then(() => {
        inHand -= begun;
        if (begun > 0) void look();
      });
      if (begun === 0) await keeper.endDue(mostAtOnce);
      if (begun === room) setImmediate(() => void look());
    } catch (error) {
      house.log.debug('Tokens could not be looked after.', { error });
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
