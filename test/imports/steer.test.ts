import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';
import { heldIds, progressOf, steer, watchFor, watchForStatus } from '../kit/watch.js';

let accounts: GongAccounts;
let hub: TestHub;

beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub(accounts.env);
});
afterAll(async () => {
  await hub.close();
  await accounts.close();
});

/** An import in the middle of its work. */
async function underWay(calls = 600) {
  const account = await accounts.open({ calls });
  const { connectionId, customerId } = await connectedCustomer(hub, account);
  account.resetLedger();
  const importId = await startImport(hub, account, connectionId);
  await watchFor(hub, importId, ({ stored }) => stored > 0);
  return { account, customerId, importId };
}
/** Questions that were answered more than once. */
function askedTwice(account: GongAccount): string[] {
  const asked = account.ledger().map(({ method, path, bodyDigest }) => `${method} ${path} ${bodyDigest}`);
  return asked.filter((question, index) => asked.indexOf(question) !== index);
}
const refusal = async (verb: 'pause' | 'resume' | 'cancel', id: string, at = hub) =>
  (await at.refused(`mutation ($id: ID!) { ${verb}Import(id: $id) { id } }`, { id })).extensions;

describe.concurrent('an import that is under way', () => {
  test('pauses with what it has, and goes on from there without asking for a page twice', async () => {
    const { account, customerId, importId } = await underWay();

    await steer(hub, 'pause', importId);
    const paused = await watchForStatus(hub, importId, 'PAUSED');
    expect(paused).toMatchObject({ finished: false, problem: null, waitingUntil: null });
    expect(await heldIds(hub, customerId)).toHaveLength(paused.stored);
    expect(paused.stored).toBeLessThan(600);
    const asked = account.ledger().length;

    await steer(hub, 'resume', importId);
    const [end] = (await watchToEnd(hub, importId)).slice(-1);
    expect(end).toMatchObject({ status: 'COMPLETED', found: 600, stored: 600, added: 600, transcripts: 600 });
    expect(await heldIds(hub, customerId)).toEqual([...account.truth()].toSorted());
    expect(account.ledger().length).toBeGreaterThan(asked);
    expect(askedTwice(account)).toEqual([]);
  });

  test('stores the page in hand before it pauses, also when the page is slow', async () => {
    const account = await accounts.open({ calls: 80 });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    account.resetLedger();
    const [arrived, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    account.onRequest = path => {
      if (path !== '/v2/calls/transcript') return undefined;
      arrived.resolve();
      return held.promise;
    };
    const importId = await startImport(hub, account, connectionId);
    await arrived.promise;
    await steer(hub, 'pause', importId);
    const lease = async () =>
      String(
        (await hub.database.query('select lease_until from runs where owner_id = $1', [importId]))[0]?.lease_until,
      );
    const before = await lease();
    await until('a heartbeat', async () => (await lease()) !== before);
    held.resolve();

    // The only page was the last one too.
    expect(await watchFor(hub, importId, ({ status }) => status !== 'RUNNING')).toMatchObject({ stored: 80 });
    expect(await heldIds(hub, customerId)).toHaveLength(80);
    expect(askedTwice(account)).toEqual([]);
  });

  test('pauses without the page in hand when that does not come', async () => {
    const account = await accounts.open({ calls: 80 });
    const { connectionId } = await connectedCustomer(hub, account);
    const [arrived, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    account.onRequest = path => {
      if (path !== '/v2/calls/transcript') return undefined;
      arrived.resolve();
      return held.promise;
    };
    const importId = await startImport(hub, account, connectionId);
    await arrived.promise;
    await steer(hub, 'pause', importId);
    expect(await watchForStatus(hub, importId, 'PAUSED')).toMatchObject({ stored: 0 });
    account.onRequest = undefined;
    held.resolve();
    await steer(hub, 'resume', importId);
    expect((await watchToEnd(hub, importId)).at(-1)).toMatchObject({ status: 'COMPLETED', stored: 80 });
  });

  test('is cancelled for good and keeps what it has', async () => {
    const { customerId, importId } = await underWay();

    await steer(hub, 'cancel', importId);
    const [end] = (await watchToEnd(hub, importId)).slice(-1);

    expect(end).toMatchObject({ status: 'CANCELLED', finished: true, problem: null });
    expect(end.stored).toBeLessThan(600);
    expect(await heldIds(hub, customerId)).toHaveLength(end.stored);
    expect(await refusal('resume', importId)).toMatchObject({ code: 'CONFLICT', remedy: expect.any(String) });
    expect(await steer(hub, 'cancel', importId)).toBe('CANCELLED');
  });

  test('is cancelled at once while it is paused', async () => {
    const { importId } = await underWay();
    await steer(hub, 'pause', importId);
    await watchForStatus(hub, importId, 'PAUSED');
    expect(await steer(hub, 'cancel', importId)).toBe('CANCELLED');
    expect((await watchToEnd(hub, importId)).map(({ status }) => status)).toEqual(['CANCELLED']);
  });
});

test('an import that has ended can neither be paused, resumed nor cancelled', async () => {
  const account = await accounts.open({ calls: 0 });
  const { connectionId } = await connectedCustomer(hub, account);
  const importId = await startImport(hub, account, connectionId);
  await watchToEnd(hub, importId);
  const before = await progressOf(hub, importId);
  for (const verb of ['pause', 'resume', 'cancel'] as const) {
    expect(await refusal(verb, importId)).toEqual({ code: 'CONFLICT', remedy: expect.stringContaining('new import') });
  }
  expect(await progressOf(hub, importId)).toEqual(before);
});

test.each(['pause', 'resume', 'cancel'] as const)('%s of an unknown import is refused as not found', async verb => {
  for (const id of [randomUUID(), 'import']) expect(await refusal(verb, id)).toMatchObject({ code: 'NOT_FOUND' });
});

describe('while no worker is there', () => {
  let api: TestHub;
  let connectionId: string;
  let account: GongAccount;

  beforeAll(async () => {
    api = await testHub({ ...accounts.env, PATCHBAY_ROLE: 'api' });
    account = await accounts.open({ calls: 5 });
    ({ connectionId } = await connectedCustomer(api, account));
  });
  afterAll(() => api.close());

  test('a queued import is paused, resumed and cancelled at once', async () => {
    const id = await startImport(api, account, connectionId);
    expect(await steer(api, 'resume', id)).toBe('QUEUED');
    expect(await steer(api, 'pause', id)).toBe('PAUSED');
    expect(await steer(api, 'pause', id)).toBe('PAUSED');
    expect(await steer(api, 'resume', id)).toBe('QUEUED');
    const end = watchToEnd(api, id);
    expect(await steer(api, 'cancel', id)).toBe('CANCELLED');
    expect((await end).at(-1)).toMatchObject({ status: 'CANCELLED', finished: true });
  });

  test('a wish to cancel cannot be taken back, nor made a pause', async () => {
    const id = await startImport(api, account, connectionId);
    await api.database.query(
      `update runs set status = 'RUNNING', lease_until = now() + interval '1 hour' where owner_id = $1`,
      [id],
    );
    await steer(api, 'cancel', id);
    expect(await refusal('resume', id, api)).toMatchObject({ code: 'CONFLICT' });
    expect(await refusal('pause', id, api)).toMatchObject({ code: 'CONFLICT' });
    expect(await steer(api, 'cancel', id)).toBe('RUNNING');
    expect(await api.database.query('select wanted from runs where owner_id = $1', [id])).toEqual([
      { wanted: 'cancel' },
    ]);
  });

  test('an import that waits tells no more why, once it is paused', async () => {
    const id = await startImport(api, account, connectionId);
    await api.database.query(
      `update runs set status = 'WAITING', wake_at = now() + interval '1 hour', wait_reason = 'the platform is busy'
       where owner_id = $1`,
      [id],
    );
    expect(await steer(api, 'pause', id)).toBe('PAUSED');
    expect(await progressOf(api, id)).toMatchObject({ waitReason: null, waitingUntil: null });
  });
});
