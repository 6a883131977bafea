import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, startImport } from '../kit/trip.js';

let sandbox: GongSandbox;
let hub: TestHub;
let acme: { customerId: string; connectionId: string };
let other: { customerId: string; connectionId: string };
const ids: string[] = [];

beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 5 });
  hub = await testHub({ ...sandbox.env, PATCHBAY_ROLE: 'api' });
  [acme, other] = [await connectedCustomer(hub, sandbox), await connectedCustomer(hub, sandbox)];
  for (let i = 0; i < 7; i++) ids.unshift(await startImport(hub, sandbox, acme.connectionId));
  await startImport(hub, sandbox, other.connectionId);
  await hub.database.query(`update runs set status = 'COMPLETED', finished_at = now() where owner_id = any ($1)`, [
    ids.slice(0, 2),
  ]);
  await hub.database.query(`update runs set status = 'FAILED', finished_at = now() where owner_id = $1`, [ids[2]]);
});
afterAll(async () => {
  await hub.close();
  await sandbox.close();
});

async function list(page: object) {
  const document = `query ($first: Int, $after: String, $customerId: ID, $connectionId: ID, $status: [ImportStatus!]) {
    imports(first: $first, after: $after, customerId: $customerId, connectionId: $connectionId, status: $status) {
      nodes { id status platform from to requestedBy createdAt connection { id } progress { importId } }
      totalCount pageInfo { endCursor hasNextPage }
    } }`;
  const { imports } = await hub.ask(document, { first: 100, ...page });
  return { ...imports, ids: imports.nodes.map(({ id }: { id: string }) => id) };
}

describe('the list of imports', () => {
  test('is newest first and tells what each is', async () => {
    const { nodes, totalCount } = await list({ customerId: acme.customerId });
    expect(nodes.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(totalCount).toBe(7);
    expect(nodes[6]).toMatchObject({
      ...{ status: 'QUEUED', platform: 'gong', connection: { id: acme.connectionId }, progress: { importId: ids[6] } },
      ...{ from: '2026-01-05T00:00:00.000Z', to: '2026-01-12T00:00:00.000Z' },
    });
  });

  test('holds those of all customers when nobody is named', async () => {
    expect((await list({})).totalCount).toBe(8);
  });

  test.each<[string, () => object, () => string[]]>([
    ['customer', () => ({ customerId: acme.customerId }), () => ids],
    ['connection', () => ({ connectionId: acme.connectionId }), () => ids],
    ['status', () => ({ customerId: acme.customerId, status: ['QUEUED'] }), () => ids.slice(3)],
    ['one of several', () => ({ status: ['COMPLETED', 'FAILED'] }), () => ids.slice(0, 3)],
    ['no status', () => ({ status: [] }), () => []],
    ['customer without any', () => ({ customerId: randomUUID() }), () => []],
    ['two that contradict', () => ({ customerId: other.customerId, connectionId: acme.connectionId }), () => []],
  ])('is restricted by %s', async (_, filter, expected) => {
    const found = await list(filter());
    expect(found.ids).toEqual(expected());
    expect(found.totalCount).toBe(expected().length);
  });

  test('is paged through with cursors that new imports do not shift', async () => {
    const filter = { customerId: other.customerId, first: 2 };
    for (let i = 0; i < 4; i++) await startImport(hub, sandbox, other.connectionId);
    const all = (await list({ customerId: other.customerId })).ids;
    const first = await list(filter);
    await startImport(hub, sandbox, other.connectionId);
    const second = await list({ ...filter, after: first.pageInfo.endCursor });
    const third = await list({ ...filter, after: second.pageInfo.endCursor });
    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(all);
    expect([first, second, third].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false]);
    expect(third.totalCount).toBe(6);
  });

  test('pages through imports of the very same moment', async () => {
    await hub.database.query(`update imports set created_at = '2026-01-01T00:00:00Z' where customer_id = $1`, [
      acme.customerId,
    ]);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof list>> = await list({ customerId: acme.customerId, first: 3, after });
      seen.push(...page.ids);
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  test('one import is not found under an unknown id', async () => {
    const { extensions } = await hub.refused('query ($id: ID!) { import(id: $id) { id } }', { id: randomUUID() });
    expect(extensions).toMatchObject({ code: 'NOT_FOUND' });
  });
});
