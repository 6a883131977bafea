import { afterAll, beforeAll, expect, test } from 'vitest';
import { lookForDormant } from '../../src/access/index.js';
import type { House } from '../../src/scope.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, connectGong, startImport, watchToEnd } from '../kit/trip.js';

let hub: TestHub;
let sandbox: GongSandbox;
let house: House;
beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 2 });
  hub = await testHub(sandbox.env, { wrap: bare => (house = bare) });
});
afterAll(async () => {
  await hub?.close();
  await sandbox?.close();
});

/** As if it had been so for a while. */
const leftAlone = (connectionId: string, days: number) =>
  hub.database.query(
    `update credentials set used_at = used_at - $2 * interval '1 day', stored_at = stored_at - $2 * interval '1 day' where connection_id = $1`,
    [connectionId, days],
  );
const look = () => lookForDormant(house, new AbortController().signal);
const factsOf = async (id: string) =>
  (await hub.ask('query ($id: ID!) { facts(connectionId: $id) { nodes { kind details } } }', { id })).facts.nodes;
const connectionOf = async (id: string) =>
  (
    await hub.ask(
      'query ($id: ID!) { connection(id: $id) { lastError { code message } health { credential usedAt } } }',
      {
        id,
      },
    )
  ).connection;

test('a credential that nobody uses is told of after 90 days, once, and destroyed after 120', async () => {
  const { connectionId, customerId } = await connectedCustomer(hub, sandbox);
  await leftAlone(connectionId, 89);
  await look();
  expect((await factsOf(connectionId)).map(({ kind }: { kind: string }) => kind)).toEqual(['CONNECTION_CONNECTED']);

  await leftAlone(connectionId, 2);
  await Promise.all([look(), look()]);
  await look();
  const [told, ...before] = await factsOf(connectionId);
  expect(told).toMatchObject({ kind: 'CONNECTION_DORMANT', details: { destroyedAt: expect.any(String) } });
  expect(before).toHaveLength(1);
  expect((await connectionOf(connectionId)).health.credential).toBe('VALID');

  await leftAlone(connectionId, 30);
  await hub.database.query(`update facts set at = at - interval '30 days' where connection_id = $1`, [connectionId]);
  await look();
  expect(await connectionOf(connectionId)).toMatchObject({
    lastError: { code: 'DISCONNECTED', message: expect.stringContaining('Nobody has used it for 120 days') },
    health: { credential: 'DISCONNECTED' },
  });
  const [secret] = await hub.database.query<{ bytes: number }>(
    'select length(sealed) as bytes from credentials where connection_id = $1',
    [connectionId],
  );
  expect(secret?.bytes ?? 0).toBe(0);
  const document = 'query ($c: ID) { auditEntries(customerId: $c, first: 1) { nodes { act details } } }';
  expect((await hub.ask(document, { c: customerId })).auditEntries.nodes[0]).toMatchObject({
    act: 'connection.disconnected',
    details: { because: expect.stringContaining('120 days') },
  });

  await connectGong(hub, sandbox, customerId);
  await look();
  expect((await connectionOf(connectionId)).health.credential).toBe('VALID');
});

test('one that nobody could be told of in time is told of first, and destroyed 30 days after that', async () => {
  const { connectionId } = await connectedCustomer(hub, sandbox);
  await leftAlone(connectionId, 300);
  await look();
  const told = (await factsOf(connectionId)).find(({ kind }: { kind: string }) => kind === 'CONNECTION_DORMANT');
  const days = (Date.parse(told.details.destroyedAt) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(29.9);
  expect((await connectionOf(connectionId)).health.credential).toBe('VALID');

  await hub.database.query(`update facts set at = at - interval '30 days' where connection_id = $1`, [connectionId]);
  await look();
  expect((await connectionOf(connectionId)).health.credential).toBe('DISCONNECTED');
});

test('one that an import uses is not dormant, and says when it was used', async () => {
  const { connectionId } = await connectedCustomer(hub, sandbox);
  await leftAlone(connectionId, 200);
  await watchToEnd(hub, await startImport(hub, sandbox, connectionId));
  await look();

  const { health } = await connectionOf(connectionId);
  expect(health.credential).toBe('VALID');
  expect(Math.abs(Date.now() - Date.parse(health.usedAt))).toBeLessThan(600_000);
});
