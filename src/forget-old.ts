import type { Retention } from './core/retention.js';
import type { House } from './scope.js';

const everyMs = 10 * 60_000;
/** In one transaction, so that nobody waits long for the locks. */
const atOnce = 1_000;

/** Forgets what was kept for long enough: at the start and every ten minutes, in every worker. Goes on until `signal` aborts. */
export function forgetOld(house: House, rules: readonly Retention[], signal: AbortSignal): void {
  let working = false;
  const look = async (): Promise<void> => {
    if (working || signal.aborted) return;
    working = true;
    for (const { what, statement } of rules) {
      try {
        while (!signal.aborted && (await forgetSome(house, statement)) === atOnce);
      } catch (error) {
        house.log.warn('What is old could not be forgotten; it is tried again.', { what, error });
      }
    }
    working = false;
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  void look();
}

function forgetSome({ sql }: House, statement: string): Promise<number> {
  return sql.transaction('all', async tx => (await tx.rows(statement, [atOnce])).length);
}
