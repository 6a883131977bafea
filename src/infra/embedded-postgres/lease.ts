import { Socket } from 'node:net';
import pg from 'pg';
import { database, owner, type Places, readPassword } from './cluster.js';
import { readPostmaster } from './postmaster.js';

/**
 * A process's word that it uses the server: a shared advisory lock on a connection of its own. It goes
 * away with the process, however that dies, so it never has to be cleaned up.
 */
export interface Lease {
  readonly url: string;
  /** Process id of the server. */
  readonly pid: number;
  /** Settles when the connection has ended, wanted or not. */
  readonly ended: Promise<void>;
  /** Hands it back. True: nobody else uses the server, and nobody can begin to until it has been stopped. */
  giveBack(): Promise<boolean>;
  close(): Promise<void>;
}

/** `absent`: nobody answers. `busy`: about to come or go. `recovering`: it works on itself and says so. */
export type NoLease = 'absent' | 'busy' | 'recovering';

const lockKey = 7200;

export async function takeLease(places: Places): Promise<Lease | NoLease> {
  const { pid, port } = (await readPostmaster(places)) ?? {};
  if (pid === undefined || port === undefined) return 'absent';
  const password = await readPassword(places);
  const socket = new Socket();
  const login = { host: '127.0.0.1', port, user: owner, password, database };
  const client = new pg.Client({
    ...login,
    ssl: false,
    stream: () => socket,
    connectionTimeoutMillis: 5_000,
    application_name: 'patchbay lease',
  });
  const ended = new Promise<void>(resolve => client.once('end', resolve));
  client.on('error', () => undefined);
  try {
    await client.connect();
    if (!(await claim(client, 'pg_try_advisory_lock_shared'))) {
      await client.end();
      return 'busy';
    }
  } catch (error) {
    socket.destroy();
    return judge(error);
  }
  // It must not keep a process alive that has nothing else to do.
  socket.unref();
  return {
    url: `postgresql://${owner}:${password}@127.0.0.1:${port}/${database}`,
    pid,
    ended,
    giveBack: async () => {
      socket.ref();
      await claim(client, 'pg_advisory_unlock_shared');
      return claim(client, 'pg_try_advisory_lock');
    },
    close: () => client.end(),
  };
}

async function claim(client: pg.Client, verb: string): Promise<boolean> {
  const { rows } = await client.query<{ done: boolean }>(`select ${verb}(${lockKey}) as done`);
  return rows[0]?.done === true;
}

function judge(error: unknown): NoLease {
  const { code } = error as { code?: string };
  // Starting up, recovering or shutting down.
  if (code === '57P03') return 'recovering';
  // Terminated by a stop that overtook us; all places taken.
  if (code === '57P01' || code === '53300') return 'busy';
  return 'absent';
}
