import { expect, test } from 'vitest';
import { graphql } from '../kit/client.js';
import { type House, openHouse } from '../kit/house.js';
import { judgeImport } from '../kit/oracle.js';
import type { HubProcess } from '../kit/processes.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';

test('goes on by itself when its database comes back, after the line was cut and after every backend was ended', async () => {
  const house = await openHouse({ calls: 900 });
  const { line } = house;
  try {
    const hub = await house.start({ PATCHBAY_ROLE: 'all' });
    const { connectionId } = await connectedCustomer(house.clientOf(hub), house.sandbox);
    const importId = await startImport(house.clientOf(hub), house.sandbox, connectionId);

    await house.requests(12);
    line.cut();
    const gone = await graphql(hub.url, house.adminKey, '{ viewer { name } }');
    line.mend();
    await house.requests(20);
    await house.database.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );

    expect(gone).toMatchObject({ status: 503, errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
    expect(gone.headers.get('retry-after')).toBe('2');
    const seen = await untilWatched(house, hub, importId);
    expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 900 });
    await judgeImport(house.database, house.sandbox, importId);
    expect(hub.child.exitCode).toBeNull();
  } finally {
    await house.close();
  }
}, 120_000);

test('a worker that is told to stop hands its run over: no page is asked twice', async () => {
  const house = await openHouse({ calls: 900 });
  try {
    const api = await house.start({ PATCHBAY_ROLE: 'api' });
    const first = await house.start({ PATCHBAY_ROLE: 'worker' });
    const { connectionId } = await connectedCustomer(house.clientOf(api), house.sandbox);
    const importId = await startImport(house.clientOf(api), house.sandbox, connectionId);
    const end = watchToEnd(house.clientOf(api), importId);
    await house.requests(10);
    await house.start({ PATCHBAY_ROLE: 'worker' });

    const told = performance.now();
    first.kill('SIGTERM');
    await first.ended;
    const stoppedMs = performance.now() - told;
    const before = house.sandbox.ledger().length;
    await house.requests(before + 1);
    const resumedMs = performance.now() - told;
    const seen = await end;

    console.info(`told to stop: ended after ${stoppedMs.toFixed(0)} ms, gone on after ${resumedMs.toFixed(0)} ms`);
    expect(first.child.exitCode).toBe(0);
    expect(stoppedMs).toBeLessThan(20_000);
    expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 900 });
    const { slices } = await judgeImport(house.database, house.sandbox, importId);
    expect(house.sandbox.judge(slices).repeatedPages).toBe(0);
  } finally {
    await house.close();
  }
}, 120_000);

/** The socket breaks with the database; a client comes back until it has seen the end. */
async function untilWatched(house: House, hub: HubProcess, importId: string) {
  for (;;) {
    try {
      return await watchToEnd(house.clientOf(hub), importId);
    } catch {
      await new Promise(resolve => setTimeout(resolve, 250));
    }
  }
}
