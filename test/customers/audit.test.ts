import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import { record, verifyAuditTrail } from '../../src/customers/index.js';
import { inTransaction } from '../../src/scope.js';
import { ask } from '../kit/client.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';

let hub: SmallHub;
beforeAll(async () => {
  hub = await openSmallHub();
});
afterAll(() => hub.close());

const asAdmin = (document: string, variables?: object) => ask(hub.url, hub.adminKey, document, variables);
const trail = async (customerId?: string) =>
  (
    await asAdmin('query ($customerId: ID) { auditTrail(customerId: $customerId) { intact entries brokenAt head } }', {
      customerId,
    })
  ).auditTrail;

/** A customer with a trail of that many entries. */
async function aTrail(entries: number): Promise<string> {
  const { createCustomer } = await asAdmin('mutation { createCustomer(input: { name: "Acme" }) { id } }');
  const customerId = createCustomer.id as string;
  for (let n = 2; n <= entries; n += 1) {
    const act = { act: 'thing.done', target: `thing ${n}`, customerId, details: { z: n, a: { d: [1, 'ü'], b: null } } };
    await inTransaction(hub.scope(), inside => record(inside, act));
  }
  return customerId;
}

test('tells who did what to which, newest first, page by page', async () => {
  const customerId = await aTrail(5);
  await hub.key('CUSTOMER', { customerId, label: 'their key' });
  const list = `query ($customerId: ID!, $after: String) { auditEntries(customerId: $customerId, first: 4, after: $after) {
    nodes { number actor act target details } pageInfo { endCursor hasNextPage } totalCount } }`;

  const first = (await asAdmin(list, { customerId })).auditEntries;
  const second = (await asAdmin(list, { customerId, after: first.pageInfo.endCursor })).auditEntries;

  expect(first).toMatchObject({ totalCount: 6, pageInfo: { hasNextPage: true } });
  expect(first.nodes[0]).toMatchObject({
    number: 6,
    actor: 'first admin key',
    act: 'api-key.created',
    details: { label: 'their key', role: 'customer' },
  });
  expect(second.nodes.map(({ number, act }: { number: number; act: string }) => [number, act])).toEqual([
    [2, 'thing.done'],
    [1, 'customer.created'],
  ]);
  expect(second.pageInfo.hasNextPage).toBe(false);
});

test('a trail that nobody touched is intact, the house has one too', async () => {
  expect(await trail(await aTrail(4))).toMatchObject({ intact: true, entries: 4, brokenAt: null });
  expect(await trail()).toMatchObject({ intact: true, brokenAt: null });
});

test('an act that is rolled back leaves no entry', async () => {
  const customerId = await aTrail(2);

  const failing = inTransaction(hub.scope(), async inside => {
    await record(inside, { act: 'thing.done', target: 'thing', customerId });
    throw new Error('and then it failed');
  });

  await expect(failing).rejects.toThrow('and then it failed');
  expect(await trail(customerId)).toMatchObject({ intact: true, entries: 2 });
});

test('refuses to record outside a transaction', async () => {
  await expect(record(hub.scope(), { act: 'a', target: 'b' })).rejects.toThrow('in the transaction');
});

test('acts that happen at once get numbers without gaps', async () => {
  const customerId = await aTrail(1);

  await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      inTransaction(hub.scope(), inside => record(inside, { act: 'thing.done', target: `thing ${n}`, customerId })),
    ),
  );

  expect(await trail(customerId)).toMatchObject({ intact: true, entries: 9 });
});

test('a secret among the details is masked', async () => {
  const customerId = await aTrail(1);
  const details = { token: new Secret('canary-secret') };

  await inTransaction(hub.scope(), inside =>
    record(inside, { act: 'thing.done', target: 'thing', customerId, details }),
  );

  const rows = await hub.database.query('select * from audit_entries where customer_id = $1', [customerId]);
  expect(JSON.stringify(rows)).not.toContain('canary-secret');
  expect(await trail(customerId)).toMatchObject({ intact: true });
});

test('the role that serves can neither edit nor delete entries', async () => {
  const { sql } = hub.house;

  for (const text of ["update audit_entries set act = 'x'", 'delete from audit_entries', 'delete from audit_heads']) {
    await expect(sql.transaction('all', tx => tx.rows(text))).rejects.toMatchObject({ code: '42501' });
  }
});

// What a thief with the database owner's rights, but without the keys, can do. $1 is the customer.
const forgeries: readonly [what: string, statements: readonly string[], brokenAt: number][] = [
  ['the act of an entry edited', ["update audit_entries set act = 'nothing.done' where chain = $1 and number = 3"], 3],
  ['the actor of an entry edited', ["update audit_entries set actor = 'nobody' where chain = $1 and number = 1"], 1],
  [
    'the key of an entry edited',
    ['update audit_entries set actor_key_id = gen_random_uuid() where chain = $1 and number = 6'],
    6,
  ],
  ['the target of an entry edited', ["update audit_entries set target = 'thing 9' where chain = $1 and number = 4"], 4],
  [
    'the time of an entry edited',
    ["update audit_entries set at = at + interval '1 ms' where chain = $1 and number = 4"],
    4,
  ],
  [
    'the details of an entry edited',
    [`update audit_entries set details = details || '{"z": 99}' where chain = $1 and number = 2`],
    2,
  ],
  ['the owner of an entry edited', ['update audit_entries set customer_id = null where chain = $1 and number = 5'], 5],
  [
    'an entry edited and its digest copied',
    [
      `update audit_entries set act = 'x', digest = (select digest from audit_entries where chain = $1 and number = 3)
     where chain = $1 and number = 4`,
    ],
    4,
  ],
  ['an entry deleted', ['delete from audit_entries where chain = $1 and number = 3'], 3],
  [
    'an entry deleted and the gap closed',
    [
      'delete from audit_entries where chain = $1 and number = 3',
      'update audit_entries set number = 3 where chain = $1 and number = 4',
      'update audit_entries set number = 4 where chain = $1 and number = 5',
      'update audit_entries set number = 5 where chain = $1 and number = 6',
    ],
    3,
  ],
  ['the first entry deleted', ['delete from audit_entries where chain = $1 and number = 1'], 1],
  [
    'two entries swapped',
    [
      'update audit_entries set number = 99 where chain = $1 and number = 2',
      'update audit_entries set number = 2 where chain = $1 and number = 3',
      'update audit_entries set number = 3 where chain = $1 and number = 99',
    ],
    2,
  ],
  ['the last entry cut off', ['delete from audit_entries where chain = $1 and number = 6'], 6],
  [
    'the end cut off and the head set back',
    [
      'delete from audit_entries where chain = $1 and number > 4',
      `update audit_heads set number = 4, digest = (select digest from audit_entries where chain = $1 and number = 4)
     where chain = $1`,
    ],
    5,
  ],
  ['the head deleted', ['delete from audit_heads where chain = $1'], 7],
  ['everything deleted', ['delete from audit_entries where chain = $1', 'delete from audit_heads where chain = $1'], 1],
  [
    'an entry added',
    [
      `insert into audit_entries select chain, 7, customer_id, at, actor, actor_key_id, act, target, details, digest, digest
     from audit_entries where chain = $1 and number = 6`,
    ],
    7,
  ],
  [
    "another customer's trail in place of this one",
    [
      'delete from audit_entries where chain = $1',
      `insert into audit_entries select $1, number, $1::uuid, at, actor, actor_key_id, act, target, details, previous, digest
     from audit_entries where chain = (select max(chain) from audit_entries where chain <> 'house' and chain <> $1)`,
    ],
    1,
  ],
];

test.each(forgeries)('the verifier finds %s', async (_what, statements, brokenAt) => {
  await aTrail(6);
  const customerId = await aTrail(6);
  expect(await verifyAuditTrail(hub.scope(), customerId)).toMatchObject({ intact: true, entries: 6 });

  for (const text of statements) await hub.database.query(text.replaceAll('$1', `'${customerId}'`));

  expect(await verifyAuditTrail(hub.scope(), customerId)).toMatchObject({ intact: false, brokenAt });
});

test('the kept digest of an end proves a rollback to an older copy', async () => {
  const customerId = await aTrail(3);
  const [kept] = await hub.database.query<{ digest: Buffer }>('select * from audit_heads where chain = $1', [
    customerId,
  ]);
  const older = await trail(customerId);
  await inTransaction(hub.scope(), inside => record(inside, { act: 'thing.done', target: 'late', customerId }));
  const newer = await trail(customerId);

  await hub.database.query('delete from audit_entries where chain = $1 and number = 4', [customerId]);
  await hub.database.query('update audit_heads set number = 3, digest = $2 where chain = $1', [
    customerId,
    kept?.digest,
  ]);

  expect(await trail(customerId)).toEqual(older);
  expect(newer.head).not.toBe(older.head);
});
