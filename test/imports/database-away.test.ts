import { expect, test } from 'vitest';
import type { Sql } from '../../src/core/ports.js';
import { testHub } from '../kit/hub.js';
import { startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { makeDue, watchForStatus } from '../kit/watch.js';

test('an import whose page meets a database that is away says so, waits and goes on; it is no setback', async () => {
  const sandbox = await startGongSandbox({ calls: 60 });
  const hub = await testHub(sandbox.env, { wrap: house => ({ ...house, sql: awayOnce(house.sql) }) });
  try {
    const { connectionId } = await connectedCustomer(hub, sandbox);
    const importId = await startImport(hub, sandbox, connectionId);

    const waiting = await watchForStatus(hub, importId, 'WAITING');
    const [run] = await hub.database.query('select setbacks from runs where owner_id = $1', [importId]);
    await makeDue(hub, importId);
    const end = (await watchToEnd(hub, importId)).at(-1);

    expect(waiting).toMatchObject({ problem: null, waitReason: 'The hub could not reach its database.' });
    expect(run).toEqual({ setbacks: 0 });
    expect(hub.logged()).not.toContain('a fault of ours');
    expect(end).toMatchObject({ status: 'COMPLETED', stored: 60 });
  } finally {
    await hub.close();
    await sandbox.close();
  }
});

/** The first page to be written meets a server that is starting up. */
function awayOnce(sql: Sql): Sql {
  let away = true;
  return {
    transaction: (reach, work) =>
      sql.transaction(reach, tx =>
        work({
          ...tx,
          copyIn(...page) {
            if (!away) return tx.copyIn(...page);
            away = false;
            return Promise.reject(Object.assign(new Error('the database system is starting up'), { code: '57P03' }));
          },
        }),
      ),
  };
}
