import type { House } from '../scope.js';

interface Row {
  readonly waiting: number;
  readonly dead: number;
  readonly oldest: number | null;
}

/** How much waits to be sent, how long, and how much was given up. One query, however many ask at once. */
export function measureDeliveries({ metrics, sql }: Pick<House, 'metrics' | 'sql'>): void {
  let asked: Promise<Row | undefined> | undefined;
  const ask = (): Promise<Row | undefined> => {
    asked ??= sql
      .transaction('all', tx => tx.rows<Row>(question))
      .then(([row]) => row)
      .finally(() => (asked = undefined));
    return asked;
  };
  metrics.read('patchbay_deliveries_waiting', async () => [[{}, (await ask())?.waiting ?? 0]]);
  metrics.read('patchbay_deliveries_dead', async () => [[{}, (await ask())?.dead ?? 0]]);
  metrics.read('patchbay_deliveries_waiting_oldest_seconds', async () => [
    [{}, Math.max(0, (await ask())?.oldest ?? 0)],
  ]);
}

const question = `
select (select count(*) from deliveries where status = 'DEAD')::int as dead, count(*)::int as waiting,
  extract(epoch from clock_timestamp() - min(greatest(created_at, replayed_at)))::double precision as oldest
from deliveries where status = 'WAITING'`;
