/** Gong Engage is Gong seen by its dialer: one account, one connection, one limit, and each call once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, watchToEnd } from '../kit/trip.js';

let sandbox: GongSandbox;
let hub: TestHub;

beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 400, limits: 'published' });
  hub = await testHub({ ...sandbox.env });
});
afterAll(async () => {
  await hub?.close();
  await sandbox?.close();
});

test('both platforms of one account share its connection, its calls and its limits', async () => {
  const { customerId, connectionId } = await connectedCustomer(hub, sandbox);
  const secret = Object.entries(sandbox.secret).map(([name, value]) => ({ name, value }));
  const { connectWithSecret: engage } = await hub.ask(
    `mutation ($customerId: ID!, $secret: [SecretValueInput!]!) {
      connectWithSecret(input: { customerId: $customerId, platform: "gong-engage", secret: $secret }) { id platform }
    }`,
    { customerId, secret },
  );
  expect(engage).toEqual({ id: connectionId, platform: 'gong' });
  sandbox.resetLedger();

  const phones = await start(connectionId, 'PHONE');
  const everything = await start(connectionId);
  const [ofPhones, ofEverything] = await Promise.all([watchToEnd(hub, phones), watchToEnd(hub, everything)]);

  const dialled = (await idsOf(customerId, 'gong-engage')).toSorted();
  expect(dialled.length).toBeGreaterThan(40);
  expect(dialled.length).toBeLessThan(360);
  expect(ofPhones.at(-1)).toMatchObject({ status: 'COMPLETED', percent: 100, unusable: 0 });
  expect(ofPhones.at(-1)).toMatchObject({ found: dialled.length, stored: dialled.length, transcripts: dialled.length });
  expect(ofEverything.at(-1)).toMatchObject({ status: 'COMPLETED', found: 400, stored: 400, transcripts: 400 });
  expect(ofPhones.at(-1).added + ofEverything.at(-1).added).toBe(400);
  expect((await idsOf(customerId, 'gong')).toSorted()).toEqual([...sandbox.truth()].toSorted());
  expect(sandbox.judge()).toMatchObject({ tooMany: 0, inForbiddenTime: 0 });
  const rows = await hub.database.query('select distinct key from quota_ledger');
  expect(rows).toHaveLength(1);
});

test('the bar of an import that nobody can count fills all the same', async () => {
  const { connectionId } = await connectedCustomer(hub, sandbox);

  const seen = await watchToEnd(hub, await start(connectionId, 'MEETING'));

  const bar = seen.map(({ percent }) => percent).filter(percent => percent !== null);
  expect(bar).toEqual(bar.toSorted((a, b) => a - b));
  expect(bar.some(percent => percent > 0 && percent < 100)).toBe(true);
  expect(bar.at(-1)).toBe(100);
});

test('is a row of the matrix that names the platform behind it', async () => {
  const { platform, wrong } = await hub.ask(`{
    platform(id: "gong-engage") { name kind status reachedThrough medium capabilities customerBrings authMethods { label } }
    wrong: platforms { id reachedThrough medium }
  }`);

  expect(platform).toMatchObject({
    ...{ name: 'Gong Engage', kind: 'DIALER', status: 'SUPPORTED', reachedThrough: 'gong', medium: 'PHONE' },
    capabilities: ['LIST_CALLS', 'TRANSCRIPTS', 'RECORDING_REFERENCES'],
    authMethods: [{ label: 'Access key' }, { label: 'Sign in with Gong' }],
  });
  const others = wrong.filter(({ id }: { id: string }) => id !== 'gong-engage');
  expect(
    others.every((row: { id: string; reachedThrough: string; medium: null }) => row.reachedThrough === row.id),
  ).toBe(true);
});

test('a stop of one is a stop of both', async () => {
  const { stopPlatform } = await hub.ask(
    'mutation { stopPlatform(platform: "gong-engage", reason: "A rehearsal.") { platform } }',
  );
  const { liftPlatformStop } = await hub.ask('mutation { liftPlatformStop(platform: "gong-engage") { platform } }');

  expect([stopPlatform.platform, liftPlatformStop.platform]).toEqual(['gong', 'gong']);
});

async function start(connectionId: string, medium?: 'PHONE' | 'MEETING'): Promise<string> {
  const { startImport } = await hub.ask(
    'mutation ($input: StartImportInput!) { startImport(input: $input) { id medium } }',
    { input: { connectionId, ...sandbox.window, medium } },
  );
  expect(startImport.medium).toBe(medium ?? null);
  return startImport.id;
}

async function idsOf(customerId: string, platform: string): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { calls } = await hub.ask(
      `query ($customerId: ID!, $platform: ID!, $after: String) {
        calls(customerId: $customerId, filter: { platform: $platform }, first: 100, after: $after) {
          nodes { externalId } pageInfo { hasNextPage endCursor }
        }
      }`,
      { customerId, platform, after },
    );
    ids.push(...calls.nodes.map(({ externalId }: { externalId: string }) => externalId));
    after = calls.pageInfo.hasNextPage ? calls.pageInfo.endCursor : null;
  } while (after !== null);
  return ids;
}
