import { type House } from '../kit/house.js';
import type { HubProcess } from '../kit/processes.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';
import { callWitness, type Witness } from '../kit/witness.js';

export interface Worker {
  readonly name: string;
  readonly process: HubProcess;
}

/** An import on several workers, under way, with a witness. */
export interface Trip {
  readonly house: House;
  readonly witness: Witness;
  readonly importId: string;
  readonly api: HubProcess;
  hire(): Promise<Worker>;
  /** Kills it and waits until it is gone. */
  kill(worker: Worker): Promise<void>;
  /** Whoever holds the run, as soon as somebody does; undefined when the run has finished. */
  holder(): Promise<Worker | undefined>;
  /** What can be seen from outside when nothing goes on any more. */
  scene(): Promise<string>;
  state(): Promise<{ readonly status: string; readonly stored: number; readonly finished: boolean }>;
  /** All that a client sees which comes back whenever it loses its socket. */
  readonly watched: Promise<readonly { readonly sequence: number; readonly status: string; readonly stored: number }[]>;
}

const patienceMs = 180_000;

export async function setOut(house: House, workerCount: number): Promise<Trip> {
  const api = await house.start({ PATCHBAY_ROLE: 'api' }, { name: 'api' });
  const witness = await callWitness(house.database);
  const workers = new Set<Worker>();
  let hired = 0;
  const hire = async (): Promise<Worker> => {
    hired += 1;
    const name = `worker-${hired}`;
    const worker = { name, process: await house.start({ PATCHBAY_ROLE: 'worker' }, { name }) };
    workers.add(worker);
    return worker;
  };
  const kill = async (worker: Worker): Promise<void> => {
    workers.delete(worker);
    worker.process.kill('SIGKILL');
    await worker.process.ended;
  };
  for (let n = 0; n < workerCount; n++) await hire();

  const client = house.clientOf(api);
  const { connectionId } = await connectedCustomer(client, house.sandbox);
  house.sandbox.resetLedger();
  const importId = await startImport(client, house.sandbox, connectionId);
  const read = async () => {
    const [row] = await house.database.query<{
      status: string;
      stored: number;
      finished: boolean;
      worker: string | null;
    }>('select status, stored, finished_at is not null as finished, worker from runs where owner_id = $1', [importId]);
    if (row === undefined) throw new Error('The run is not there.');
    return row;
  };
  return {
    ...{ house, witness, importId, api, hire, kill, state: read, watched: watchThrough(house, api, importId) },
    async scene() {
      const { database, sandbox } = house;
      const tables = [
        'select *, clock_timestamp() as now from runs',
        'select * from jobs.agenda_jobs',
        'select * from quota_holds',
        'select * from witness.notes order by note desc limit 5',
        `select pid, application_name, state, wait_event, left(query, 100) as query, pg_blocking_pids(pid) as by
         from pg_stat_activity where datname = current_database() and state <> 'idle'`,
      ];
      const seen = await Promise.all(tables.map(text => database.query(text).catch(String)));
      const said = [...workers].map(({ name, process }) => [name, process.output().split('\n').slice(-8)]);
      return JSON.stringify([...seen, sandbox.ledger().slice(-3), said], undefined, 1);
    },
    async holder() {
      const found = await until(
        'somebody who holds the run',
        async () => {
          const { worker, finished } = await read();
          if (finished) return 'finished' as const;
          return [...workers].find(({ process }) => worker?.endsWith(`:${process.child.pid}`));
        },
        patienceMs,
      );
      return found === 'finished' ? undefined : found;
    },
  };
}

async function watchThrough(house: House, api: HubProcess, importId: string): Promise<Awaited<Trip['watched']>> {
  const seen: Awaited<Trip['watched']>[number][] = [];
  while (api.child.exitCode === null && api.child.signalCode === null) {
    try {
      for (const one of await watchToEnd(house.clientOf(api), importId, undefined, progress => seen.push(progress)))
        if (one.finished) return seen;
    } catch {
      await new Promise(resolve => setTimeout(resolve, 500));
    }
  }
  return seen;
}
