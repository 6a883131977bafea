import { afterAll, beforeAll, expect, test } from 'vitest';
import { lookForEnds } from '../../src/access/index.js';
import type { House } from '../../src/scope.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer } from '../kit/trip.js';

let hub: TestHub;
let sandbox: GongSandbox;
let house: House;
beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 2 });
  const wrap = (bare: House): House => {
    house = bare;
    return bare;
  };
  hub = await testHub(sandbox.env, { wrap });
});
afterAll(async () => {
  await hub?.close();
  await sandbox?.close();
});

interface Ends {
  readonly days?: number;
  readonly dueDays?: number;
  readonly failures?: number;
}
/** As if the platform had said so. */
const setEnds = (connectionId: string, { days, dueDays, failures = 0 }: Ends) =>
  hub.database.query(
    `update credentials set refresh_expires_at = clock_timestamp() + $2 * interval '1 day', failures = $4,
       due_at = clock_timestamp() + $3 * interval '1 day', last_failure = '{"kind":"transient","reason":"x","at":"y"}' where connection_id = $1`,
    [connectionId, days ?? null, dueDays ?? null, failures],
  );
/** The same end, seen from nearer: what was told before stands for it. At once, since the hub looks by itself too. */
const comeNearer = (connectionId: string, days: number) =>
  hub.database.query(
    `with c as (
       update credentials set refresh_expires_at = clock_timestamp() + $2 * interval '1 day' where connection_id = $1
       returning date_trunc('milliseconds', refresh_expires_at) as ends
     )
     update facts set details = details || jsonb_build_object('endsAt', c.ends) from c
     where connection_id = $1 and kind = 'connection.expiring'`,
    [connectionId, days],
  );
const look = () => lookForEnds(house, new AbortController().signal);
const told = async (connectionId: string): Promise<number[]> =>
  (
    await hub.database.query<{ days: number }>(
      `select (details ->> 'days')::integer as days from facts where connection_id = $1 and kind = 'connection.expiring' order by number`,
      [connectionId],
    )
  ).map(({ days }) => days);
const healthOf = async (id: string) =>
  (
    await hub.ask(
      'query ($id: ID!) { connection(id: $id) { health { credential credentialEndsAt refreshProblem { code } } } }',
      { id },
    )
  ).connection.health;

test('the end of a credential is told 14, 7, 3 and 1 days before, each once, and taken back when it moves away', async () => {
  const { connectionId } = await connectedCustomer(hub, sandbox);
  const seen: number[][] = [];
  for (const days of [20, 13.5, 13.4, 6.5, 2.5, 0.5]) {
    await comeNearer(connectionId, days);
    await Promise.all([look(), look()]);
    seen.push(await told(connectionId));
  }

  expect(seen).toEqual([[], [14], [14], [14, 7], [14, 7, 3], [14, 7, 3, 1]]);
  expect(await healthOf(connectionId)).toMatchObject({ credential: 'EXPIRING', credentialEndsAt: expect.any(String) });
  const filtered = await hub.ask('{ connections(credential: [EXPIRING]) { nodes { id } } }');
  expect(filtered.connections.nodes).toEqual([{ id: connectionId }]);

  await setEnds(connectionId, { days: 300 });
  await look();
  expect((await healthOf(connectionId)).credential).toBe('VALID');
  await setEnds(connectionId, {});
  await look();
  expect(await healthOf(connectionId)).toEqual({ credential: 'VALID', credentialEndsAt: null, refreshProblem: null });
  expect(await told(connectionId)).toHaveLength(4);
});

test('what a refresh prolongs in time is not told, unless refreshing has come to grief', async () => {
  const { connectionId } = await connectedCustomer(hub, sandbox);
  await setEnds(connectionId, { days: 2, dueDays: 1 });
  await look();
  expect([(await healthOf(connectionId)).credential, await told(connectionId)]).toEqual(['VALID', []]);

  await setEnds(connectionId, { days: 2, dueDays: 1, failures: 3 });
  await look();
  expect(await healthOf(connectionId)).toMatchObject({
    ...{ credential: 'EXPIRING', refreshProblem: { code: 'PLATFORM_UNREACHABLE' } },
  });
  expect(await told(connectionId)).toEqual([3]);
});
