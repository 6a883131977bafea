import type { House } from '../scope.js';

const everyMs = 1_000;

/**
 * Does what is due, piece by piece, again as long as there is more and then every second. What goes wrong is tried again.
 * Goes on until `signal` aborts.
 *
 * @param next resolves to how many pieces of work there were.
 */
export function keepCarryingOut({ log }: Pick<House, 'log'>, signal: AbortSignal, next: () => Promise<number>): void {
  let working = false;
  const look = async (): Promise<void> => {
    if (working || signal.aborted) return;
    working = true;
    try {
      while (!signal.aborted && (await next()) > 0);
    } catch (error) {
      log.warn('Credentials that are to be revoked wait.', { error });
    } finally {
      working = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
