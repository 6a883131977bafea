import type { House } from '../../scope.js';
import { beginDrill } from '../drill/drill.js';
import { lookAround } from './look-around.js';

const everyMs = 15_000;

/** Looks four times a minute; of all workers one at a time. What goes wrong is tried again. Goes on until `signal` aborts. */
export function keepWatch(house: House, signal: AbortSignal): void {
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking || signal.aborted) return;
    looking = true;
    try {
      await beginDrill(house.houseScope(signal));
      await lookAround(house.houseScope(signal));
    } catch (error) {
      house.log.warn('Nobody could look for trouble.', { error });
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
