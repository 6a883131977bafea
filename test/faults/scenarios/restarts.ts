import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../../src/infra/embedded-postgres.js';
import { openLog } from '../../../src/infra/log.js';
import { openHouse } from '../../kit/house.js';
import { until } from '../../kit/until.js';
import { type Count, strike, type Verdict } from '../strike.js';
import { setOut } from '../trip.js';

/** Ends PostgreSQL at once (its immediate mode, as a crash of the machine would), on a server of its own that comes back. */
export async function restarts(count: Count): Promise<Verdict> {
  const dir = await mkdtemp(path.join(tmpdir(), 'patchbay-restarts-'));
  const server = await startEmbeddedPostgres({ dir, log: openLog('silent') });
  const postmaster = async (): Promise<number> =>
    Number((await readFile(path.join(dir, 'cluster/data/postmaster.pid'), 'utf8')).split('\n')[0]);
  try {
    const house = await openHouse({ calls: count.calls, server: server.url });
    try {
      const trip = await setOut(house, count.workers);
      const blow = async () => {
        if ((await trip.state()).finished) return undefined;
        const pid = await postmaster();
        process.kill(pid, 'SIGQUIT');
        const back = async () => (await postmaster()) !== pid && (await trip.witness.last());
        const note = await until('the database', () => back().catch(() => undefined), 60_000);
        return { at: Date.now(), note };
      };
      return await strike('immediate restarts of PostgreSQL', trip, count, blow);
    } finally {
      await house.close();
    }
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
