import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, refusedWith } from '../kit/client.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';

let hub: SmallHub;
beforeAll(async () => {
  hub = await openSmallHub();
});
afterAll(() => hub.close());

const create =
  'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { id name reference createdAt } }';
const list = `query ($search: String, $first: Int! = 50, $after: String) {
  customers(search: $search, first: $first, after: $after) {
    nodes { id name } pageInfo { endCursor hasNextPage } totalCount } }`;

async function aCustomer(name: string, reference?: string): Promise<{ id: string; name: string }> {
  return (await ask(hub.url, hub.adminKey, create, { input: { name, reference } })).createCustomer;
}

test('a created customer can be read back', async () => {
  const made = await aCustomer('  Acme GmbH ', 'crm-1');

  const { customer } = await ask(
    hub.url,
    hub.adminKey,
    'query ($id: ID!) { customer(id: $id) { id name reference createdAt } }',
    made,
  );

  expect(customer).toEqual({ ...made, name: 'Acme GmbH', reference: 'crm-1' });
});

test('two customers cannot share a reference, and the second leaves nothing behind', async () => {
  await aCustomer('First', 'shared');

  const refused = await refusedWith(hub.url, hub.adminKey, create, { input: { name: 'Second', reference: 'shared' } });

  expect(refused.extensions).toMatchObject({ code: 'CONFLICT', field: 'input.reference' });
  expect(refused.extensions.remedy).toBeTruthy();
  expect(await hub.database.query("select 1 from customers where name = 'Second'")).toEqual([]);
});

test.each([
  ['empty', { name: '' }, 'input.name'],
  ['of nothing that can be seen', { name: '\u200b\u2060' }, 'input.name'],
  ['blank', { name: '   ' }, 'input.name'],
  ['201 characters long', { name: 'x'.repeat(201) }, 'input.name'],
  ['with a line break', { name: 'a\nb' }, 'input.name'],
  ['good, but the reference is empty', { name: 'Good', reference: '' }, 'input.reference'],
])('refuses a name that is %s', async (_what, input, field) => {
  const { extensions } = await refusedWith(hub.url, hub.adminKey, create, { input });

  expect(extensions).toMatchObject({ code: 'INVALID_INPUT', field, remedy: expect.stringContaining(field) });
});

test('every customer is on exactly one page, newest first, though others come meanwhile', async () => {
  const made = [];
  for (let n = 0; n < 7; n += 1) made.push((await aCustomer(`paged ${n}`)).id);

  const seen: string[] = [];
  let after: string | undefined;
  for (let more = true; more; ) {
    const { customers } = await ask(hub.url, hub.adminKey, list, { search: 'PAGED', first: 3, after });
    seen.push(...customers.nodes.map(({ id }: { id: string }) => id));
    after = customers.pageInfo.endCursor;
    more = customers.pageInfo.hasNextPage;
    await aCustomer('paged late');
  }

  expect(seen).toEqual(made.toReversed());
});

test('searches names and references as text, not as a pattern', async () => {
  await aCustomer('Hundred %');
  await aCustomer('Other', 'ref_50%');

  const names = async (search: string) =>
    (await ask(hub.url, hub.adminKey, list, { search })).customers.nodes.map(({ name }: { name: string }) => name);

  expect(await names('hundred %')).toEqual(['Hundred %']);
  expect((await names('%')).sort()).toEqual(['Hundred %', 'Other']);
  expect(await names('f_5')).toEqual(['Other']);
  expect(await names('f_%')).toEqual([]);
});

test.each([
  [{ first: 0 }, 'first'],
  [{ first: 101 }, 'first'],
  [{ after: 'rubbish' }, 'after'],
])('refuses the page %o', async (page, field) => {
  expect((await refusedWith(hub.url, hub.adminKey, list, page)).extensions).toMatchObject({
    code: 'INVALID_INPUT',
    field,
  });
});

test('a customer sees itself and nobody else, and cannot tell another from nobody', async () => {
  const mine = await aCustomer('Mine');
  const theirs = await aCustomer('Theirs');
  const key = await hub.key('CUSTOMER', { customerId: mine.id });
  const one = 'query ($id: ID!) { customer(id: $id) { name } }';

  const { customers } = await ask(hub.url, key, list);
  const foreign = await refusedWith(hub.url, key, one, { id: theirs.id });
  const absent = await refusedWith(hub.url, key, one, { id: crypto.randomUUID() });

  expect(customers).toMatchObject({ nodes: [{ id: mine.id }], totalCount: 1 });
  expect((await ask(hub.url, key, one, mine)).customer.name).toBe('Mine');
  expect(foreign).toEqual(absent);
  expect(foreign.extensions.code).toBe('NOT_FOUND');
});

test('an id that is no id is the id of nothing', async () => {
  const refused = await refusedWith(hub.url, hub.adminKey, '{ customer(id: "1 or 1=1") { name } }');

  expect(refused.extensions.code).toBe('NOT_FOUND');
  expect(refused.message).not.toMatch(/uuid|syntax/);
});

test.each([
  ['CS', true],
  ['SERVICE', true],
  ['SALES', false],
])('the role %s may create and see customers: %s', async (role, may) => {
  const key = await hub.key(role);

  for (const [document, variables] of [
    [create, { input: { name: `by ${role}` } }],
    [list, {}],
  ] as const) {
    if (may) await ask(hub.url, key, document, variables);
    else expect((await refusedWith(hub.url, key, document, variables)).extensions.code).toBe('FORBIDDEN');
  }
});

test('a customer may not create customers', async () => {
  const { id } = await aCustomer('Ambitious');
  const key = await hub.key('CUSTOMER', { customerId: id });

  expect((await refusedWith(hub.url, key, create, { input: { name: 'More' } })).extensions.code).toBe('FORBIDDEN');
});
