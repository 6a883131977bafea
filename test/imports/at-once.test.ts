import { expect, test } from 'vitest';
import type { Sql } from '../../src/core/ports.js';
import { testHub } from '../kit/hub.js';
import { startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';

test('two imports of one window at once count each call as added in one of them only', async () => {
  const sandbox = await startGongSandbox({ calls: 60 });
  const hub = await testHub(sandbox.env, { wrap: house => ({ ...house, sql: pairingPages(house.sql) }) });
  try {
    const { connectionId, customerId } = await connectedCustomer(hub, sandbox);

    const ids = [await startImport(hub, sandbox, connectionId), await startImport(hub, sandbox, connectionId)];
    const ends = (await Promise.all(ids.map(id => watchToEnd(hub, id)))).map(seen => seen.at(-1));

    expect(ends).toMatchObject([
      { status: 'COMPLETED', stored: 60 },
      { status: 'COMPLETED', stored: 60 },
    ]);
    expect(ends[0].added + ends[1].added).toBe(60);
    const { calls } = await hub.ask('query ($c: ID!) { calls(customerId: $c) { totalCount } }', { c: customerId });
    expect(calls.totalCount).toBe(60);
  } finally {
    await hub.close();
    await sandbox.close();
  }
});

/** Nobody writes a page before two have one in hand; then both write at the same moment. */
function pairingPages(sql: Sql): Sql {
  let arrived = 0;
  const both = Promise.withResolvers<void>();
  return {
    transaction: (reach, work) =>
      sql.transaction(reach, tx =>
        work({
          ...tx,
          async copyIn(...page) {
            await tx.copyIn(...page);
            arrived += 1;
            if (arrived === 2) both.resolve();
            await both.promise;
          },
        }),
      ),
  };
}
