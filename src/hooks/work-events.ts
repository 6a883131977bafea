/**
 * Works off what platforms told: every second, in every worker. Who takes a connection locks its hook, and writes what follows from its events
 * in one transaction; so a crash leaves either all of it or nothing, and what was begun is a run like any other, under a lease.
 */
import { executeLookJob, wakeRun } from '../runs/index.js';
import { type House, inTransaction, type Scope } from '../scope.js';
import { tellOfSyncs } from '../syncs/index.js';
import { beginLooks, type LockedHook } from './begin-looks.js';
import { settleLooks } from './settle-looks.js';

const everyMs = 1_000;
const atOnce = 200;

/** Goes on until `signal` aborts. */
export function workEvents(house: House, signal: AbortSignal): void {
  let working = false;
  const look = async (): Promise<void> => {
    if (working || signal.aborted) return;
    working = true;
    try {
      for (const id of await connectionsToTend(house)) {
        if (!signal.aborted) await tend(house.houseScope(signal), id);
      }
    } catch (error) {
      house.log.warn('What platforms told waits.', { error });
    } finally {
      working = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

// In no order, so that none that waits is in the way of all others.
const toTend = `
select connection_id from (
  select distinct e.connection_id from inbound_events e join hooks h using (connection_id)
  where e.settled_at is null and (e.due_at is null or e.due_at <= business_now())
) c order by random() limit ${atOnce}`;

async function connectionsToTend({ sql }: House): Promise<string[]> {
  const rows = await sql.transaction('all', tx => tx.rows<{ connection_id: string }>(toTend));
  return rows.map(({ connection_id }) => connection_id);
}

async function tend(scope: Scope, connectionId: string): Promise<void> {
  const { runs, customerId } = await inTransaction(scope, async inside => {
    const [hook] = await inside.em.execute<(LockedHook & { customer_id: string })[]>(
      `select id, connection_id, customer_id, extract(epoch from clock_timestamp() - looked_at)::float8 as rested from hooks
       where connection_id = ? for update skip locked`,
      [connectionId],
    );
    if (hook === undefined || !(await settleLooks(inside, connectionId))) return { runs: [], customerId: undefined };
    return { runs: await beginLooks(inside, hook), customerId: hook.customer_id };
  });
  for (const { id } of runs) await wakeRun(scope, id, executeLookJob);
  if (customerId !== undefined) tellOfSyncs(scope, customerId);
}
