import { afterAll, beforeAll, expect, test } from 'vitest';
import { lookForEnds } from '../../src/access/index.js';
import type { House } from '../../src/scope.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { addContact, keptMails } from '../kit/guest.js';
import { connectedCustomer } from '../kit/trip.js';
import { until } from '../kit/until.js';

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

const alertsOf = async (connectionId: string) => {
  await until('all facts are reacted to', async () => {
    const [row] = await hub.database.query<{ left: number }>(
      'select count(*)::integer as left from facts where awaits_reaction',
    );
    return row?.left === 0;
  });
  const document = `query ($id: ID!) { facts(connectionId: $id, kinds: [ALERT_OPENED, ALERT_RESOLVED]) { nodes { kind linkId details } } }`;
  return (await hub.ask(document, { id: connectionId })).facts.nodes.toReversed();
};

test('an end that comes nearer is an alert with a link of its own at each step, until it moves away', async () => {
  const { customerId, connectionId } = await connectedCustomer(hub, sandbox);
  await addContact(hub, customerId);
  for (const days of [13.5, 2.5]) {
    await comeNearer(connectionId, days);
    await look();
    await alertsOf(connectionId);
  }

  const opened = await alertsOf(connectionId);
  expect(opened).toMatchObject([
    {
      kind: 'ALERT_OPENED',
      details: { about: 'expiring', severity: 'warning', daysLeft: 14, contact: 'Ada Lovelace' },
    },
    { kind: 'ALERT_OPENED', details: { about: 'expiring', severity: 'error', daysLeft: 3 } },
  ]);
  const mails = (await keptMails(hub, customerId)).filter(({ text }) => text.includes('/connect/'));
  expect(mails).toHaveLength(2);
  expect(mails[0]?.text).toContain('It still works, and ends soon.');
  const [first, second] = mails.toReversed().map(({ text }) => /http\S+/.exec(text)?.[0] ?? '');
  const statusOf = async (address = '') => (await fetch(address, { redirect: 'manual' })).status;
  expect([await statusOf(first), await statusOf(second)]).toEqual([404, 303]);

  await setEnds(connectionId, { days: 300 });
  await look();
  expect(await alertsOf(connectionId)).toMatchObject([{}, {}, { kind: 'ALERT_RESOLVED' }]);
  expect(await statusOf(second)).toBe(404);
});

test('what breaks before its end is an alert of its own', async () => {
  const { customerId, connectionId } = await connectedCustomer(hub, sandbox);
  await addContact(hub, customerId);
  await setEnds(connectionId, { days: 0.5 });
  await look();
  await alertsOf(connectionId);
  await hub.database.query(
    `with broken as (update connections set credential_health = 'broken' where id = $1 returning customer_id)
     insert into facts (id, customer_id, kind, connection_id, details, at, awaits_reaction)
     select gen_random_uuid(), customer_id, 'connection.broken', $1, '{}', now(), true from broken`,
    [connectionId],
  );

  expect(await alertsOf(connectionId)).toMatchObject([
    { details: { about: 'expiring' } },
    { kind: 'ALERT_OPENED', details: { about: 'broken', severity: 'error' } },
  ]);
  expect((await keptMails(hub, customerId))[0]?.text).toContain('Gong does not accept the access any more.');
});
