import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reach } from '../../src/core/ports.js';
import { ask } from '../kit/client.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';

let hub: SmallHub;
let [mine, theirs] = ['', ''];
beforeAll(async () => {
  hub = await openSmallHub();
  for (const name of ['mine', 'theirs']) {
    const { createCustomer } = await ask(
      hub.url,
      hub.adminKey,
      `mutation { createCustomer(input: { name: "${name}" }) { id } }`,
    );
    await hub.key('CUSTOMER', { customerId: createCustomer.id });
    [mine, theirs] = name === 'mine' ? [createCustomer.id, theirs] : [mine, createCustomer.id];
  }
  await ask(
    hub.url,
    hub.adminKey,
    'mutation { createStaff(input: { name: "A", email: "a@example.com", role: CS }) { id } }',
  );
});
afterAll(() => hub.close());

/** Plain SQL as the serving role: no filter of the ORM, only the database's own policies. */
const owners = (reach: Reach, table: string, column = 'customer_id') =>
  hub.house.sql.transaction(reach, async tx => {
    const rows = await tx.rows<{ owner: string | null }>(`select distinct ${column} as owner from ${table}`);
    return rows.map(({ owner }) => owner).sort();
  });

test.each([
  ['customers', 'id'],
  ['api_keys', 'customer_id'],
  ['audit_entries', 'customer_id'],
  ['audit_heads', 'customer_id'],
])('row-level security alone keeps %s apart', async (table, column) => {
  expect(await owners({ customerId: mine }, table, column)).toEqual([mine]);
  expect(await owners('none', table, column)).toEqual([]);
  expect(await owners('all', table, column)).toEqual(expect.arrayContaining([mine, theirs]));
});

test('no customer reads staff', async () => {
  expect(await owners({ customerId: mine }, 'staff', 'id')).toEqual([]);
  expect(await owners('all', 'staff', 'id')).toHaveLength(1);
});

test.each([
  ['rename', 'update customers set name = $2 where id = $1 returning 1'],
  ['move a key to', 'update api_keys set customer_id = $1 where label <> $2 returning 1'],
  [
    'add to the trail of',
    `insert into audit_heads (chain, customer_id, number, digest) values ($2, $1::uuid, 0, '') returning 1`,
  ],
])('a customer cannot %s another one', async (_what, text) => {
  const attempt = hub.house.sql.transaction({ customerId: mine }, tx => tx.rows(text, [theirs, 'stolen']));

  expect(await attempt.catch((error: { code: string }) => error.code)).toSatisfy(
    (outcome: unknown) => outcome === '42501' || (Array.isArray(outcome) && outcome.length === 0),
  );
});
