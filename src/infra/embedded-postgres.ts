/**
 * A PostgreSQL of our own, for whoever does not bring one.
 *
 * Any number of processes of one machine may share a data folder. Whoever finds no server starts it,
 * the others attach, and **the last one out stops it**. Each process holds a lease, which is a lock on
 * a database connection, so a process killed with -9 is out at once. The server lives in a session of
 * its own and survives such a kill; the next process finds it and attaches.
 *
 * There is no lock file of ours: the data folder appears by one rename, and PostgreSQL itself lets one
 * server per folder live. Whoever loses a race tries again and finds the winner's server.
 */

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../core/ports.js';
import { StartupProblem } from '../core/startup-problem.js';
import { clearLeftovers, makeCluster, makeFolder, type Places, placesIn } from './embedded-postgres/cluster.js';
import { type Lease, type NoLease, takeLease } from './embedded-postgres/lease.js';
import { isOwned } from './embedded-postgres/postmaster.js';
import { findPrograms, type Programs } from './embedded-postgres/programs.js';
import { type Attempt, launchServer, stopServer } from './embedded-postgres/server.js';

export interface EmbeddedPostgres {
  /** Logs in as the superuser `patchbay_owner`; contains the password. */
  readonly url: string;
  /** False: it was running already. */
  readonly started: boolean;
  /** Hands the lease back and, when nobody else holds one, stops the server. Never fails; may be called twice. */
  stop(): Promise<void>;
}

interface Options {
  /** Holds everything of the server; made when it is not there. */
  readonly dir: string;
  readonly log: Log;
}

const lookAgainMs = 20;
const patienceMs = 60_000;
const reviveMs = 500;

/** @throws StartupProblem */
export async function startEmbeddedPostgres({ dir, log }: Options): Promise<EmbeddedPostgres> {
  const places = placesIn(path.resolve(dir));
  await makeFolder(places);
  const first = await reachServer(places, log);
  const { url } = first.lease;
  const leaving = new AbortController();
  let lease: Lease | undefined = first.lease;

  const keeping = (async () => {
    while (lease !== undefined) {
      await Promise.race([lease.ended, aborted(leaving.signal)]);
      if (leaving.signal.aborted) return;
      log.warn('The embedded PostgreSQL went away; bringing it back.');
      lease = await revive(places, log, leaving.signal);
      if (lease !== undefined && lease.url !== url)
        log.error('The embedded PostgreSQL came back on another port: restart the hub.');
    }
  })();

  let stopped: Promise<void> | undefined;
  const leave = async (): Promise<void> => {
    leaving.abort();
    await keeping;
    if (lease !== undefined) await handBack(lease, places);
  };
  const tell = (error: unknown) => log.warn('The embedded PostgreSQL could not be stopped in good order.', { error });
  return { url, started: first.started, stop: () => (stopped ??= leave().catch(tell)) };
}

/** Attaches to the server of this folder, and makes and starts it first where that has not been done. */
async function reachServer(places: Places, log: Log): Promise<{ lease: Lease; started: boolean }> {
  const find = programsOnce();
  let attempt: Attempt | undefined;
  let until = performance.now() + patienceMs;
  for (;;) {
    const found: Lease | NoLease = await takeLease(places);
    if (typeof found === 'object') {
      const started = found.pid === attempt?.pid;
      if (started) await clearLeftovers(places, await readdir(places.dir));
      return { lease: found, started };
    }
    if (await attempt?.isOver()) attempt = undefined;
    // Recovery after a crash takes the time it takes; a server that says nothing does not get it.
    if (found === 'recovering') until = performance.now() + patienceMs;
    if (performance.now() > until) {
      throw new StartupProblem(`The embedded PostgreSQL in ${places.dir} does not answer: see ${places.log}.`);
    }
    if (found === 'absent' && attempt === undefined && !(await isOwned(places))) {
      if (!existsSync(places.cluster)) {
        log.info('Making a database.', { folder: places.dir });
        await makeCluster(places, await find());
      }
      attempt = await launchServer(places, await find());
    }
    await delay(lookAgainMs);
  }
}

/** Until it is back or nobody wants it any more. */
async function revive(places: Places, log: Log, signal: AbortSignal): Promise<Lease | undefined> {
  while (!signal.aborted) {
    try {
      return (await reachServer(places, log)).lease;
    } catch (error) {
      log.warn('The embedded PostgreSQL does not come back yet.', { error });
      await delay(reviveMs, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }
  return undefined;
}

async function handBack(lease: Lease, places: Places): Promise<void> {
  const isLast = await lease.giveBack();
  if (isLast) await stopServer(places, lease.pid, await findPrograms());
  await lease.close();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function programsOnce(): () => Promise<Programs> {
  let found: Promise<Programs> | undefined;
  return () => (found ??= findPrograms());
}
