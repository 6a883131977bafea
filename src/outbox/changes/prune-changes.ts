import type { House } from '../../scope.js';

const everyMs = 60_000;
const atOnce = 1_000;
const keptDays = 30;

/** Forgets changes that are older than what the feed promises to keep. Goes on until `signal` aborts. */
export function pruneChanges(house: House, signal: AbortSignal): void {
  let working = false;
  const look = async (): Promise<void> => {
    if (working || signal.aborted) return;
    working = true;
    try {
      while (!signal.aborted && (await pruneSome(house)) === atOnce);
    } catch (error) {
      house.log.debug('Old changes could not be forgotten yet.', { error });
    } finally {
      working = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  void look();
}

async function pruneSome({ sql }: House): Promise<number> {
  const gone = await sql.transaction('all', tx => tx.rows(prune, [keptDays, atOnce]));
  return gone.length;
}

// The newest of a customer that is old already stays: it is the position of whoever has read everything.
const prune = `
delete from changes where id in (
  select c.id from changes c
  where c.number is not null and c.at < business_now() - $1 * interval '1 day' and exists (
    select 1 from changes n
    where n.customer_id = c.customer_id and n.number > c.number and n.at < business_now() - $1 * interval '1 day'
  ) order by c.number limit $2 for update skip locked
) returning 1`;
