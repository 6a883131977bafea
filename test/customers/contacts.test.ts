import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, refusedWith } from '../kit/client.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';

let hub: SmallHub;
let customerId = '';
beforeAll(async () => {
  hub = await openSmallHub();
  customerId = await aCustomer();
});
afterAll(() => hub.close());

const create =
  'mutation ($input: CreateContactInput!) { createContact(input: $input) { id customerId name email role createdAt leftAt } }';
const change = 'mutation ($input: ChangeContactInput!) { changeContact(input: $input) { id name email role } }';
const end = 'mutation ($id: ID!) { endContact(id: $id) { id leftAt } }';
const list = 'query ($customerId: ID) { contacts(customerId: $customerId) { nodes { id email leftAt } totalCount } }';

const asked = (document: string, variables: object = {}, key = hub.adminKey) => ask(hub.url, key, document, variables);
const refused = async (document: string, variables: object, key = hub.adminKey) =>
  (await refusedWith(hub.url, key, document, variables)).extensions;

async function aCustomer(): Promise<string> {
  return (await asked('mutation { createCustomer(input: { name: "Acme" }) { id } }')).createCustomer.id;
}
async function aContact(more: object = {}) {
  const input = { customerId, name: 'Ada', email: `${randomUUID()}@acme.example`, role: 'Gong administrator', ...more };
  return (await asked(create, { input })).createContact;
}

test('a contact is kept for a customer, with the address in lower case', async () => {
  const cs = await hub.key('CS');
  const input = { customerId, name: ' Ada Lovelace ', email: 'Ada@Acme.Example', role: 'Gong administrator' };

  const { createContact } = await asked(create, { input }, cs);

  expect(createContact).toEqual({
    ...{ id: expect.any(String), customerId, name: 'Ada Lovelace', email: 'ada@acme.example' },
    ...{ role: 'Gong administrator', createdAt: expect.any(String), leftAt: null },
  });
  const { contacts } = await asked(list, { customerId }, cs);
  expect(contacts.nodes).toContainEqual({ id: createContact.id, email: 'ada@acme.example', leftAt: null });
});

test('two contacts of a customer cannot share an address, whatever its case; those of two customers can', async () => {
  const { email } = await aContact();
  const other = await aContact();
  const again = { customerId, name: 'Bea', email: email.toUpperCase(), role: 'sales' };

  expect(await refused(create, { input: again })).toMatchObject({ code: 'CONFLICT', field: 'input.email' });
  expect(await refused(change, { input: { id: other.id, email } })).toMatchObject({ code: 'CONFLICT' });
  expect(await aContact({ customerId: await aCustomer(), email })).toMatchObject({ email });
});

test('what is changed is different, and what is left out stays', async () => {
  const { id, email } = await aContact();

  const { changeContact } = await asked(change, { input: { id, role: 'CRM administrator' } });

  expect(changeContact).toEqual({ id, name: 'Ada', email, role: 'CRM administrator' });
});

test('a language that nobody can be written to in is refused with those that there are', async () => {
  const { id } = await aContact({ language: 'de-CH' });

  for (const language of ['xx-klingon', 'fr', 'constructor', 'German'])
    expect(await refused(change, { input: { id, language } })).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'input.language',
    });
  const error = await refusedWith(hub.url, hub.adminKey, change, { input: { id, language: 'fr' } });
  expect(error.message).toContain('en or de');
  const { changeContact } = await asked(
    'mutation ($i: ChangeContactInput!) { changeContact(input: $i) { language } }',
    {
      i: { id, role: 'sales' },
    },
  );
  expect(changeContact).toEqual({ language: 'de-CH' });
});

test('who has left is shown as such, is not changed any more, and somebody else can have the address', async () => {
  const { id, email } = await aContact();

  const [first, second] = [await asked(end, { id }), await asked(end, { id })];

  expect(first.endContact.leftAt).toEqual(expect.any(String));
  expect(second).toEqual(first);
  expect(await refused(change, { input: { id, name: 'Eve' } })).toMatchObject({
    code: 'INVALID_INPUT',
    field: 'input.id',
  });
  expect(await aContact({ email })).toMatchObject({ email });
});

test('a customer reads its own contacts and cannot choose whom links go to', async () => {
  const [mine, theirs] = [await aContact(), await aContact({ customerId: await aCustomer() })];
  const key = await hub.key('CUSTOMER', { customerId });

  const { contacts } = await asked(list, {}, key);

  const ids = contacts.nodes.map(({ id }: { id: string }) => id);
  expect(ids).toContain(mine.id);
  expect(ids).not.toContain(theirs.id);
  const input = { customerId, name: 'Eve', email: 'eve@acme.example', role: 'nobody' };
  expect(await refused(create, { input }, key)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await refused(change, { input: { id: mine.id, email: 'eve@acme.example' } }, key)).toMatchObject({
    code: 'FORBIDDEN',
  });
  expect(await refused(end, { id: mine.id }, key)).toMatchObject({ code: 'FORBIDDEN' });
});

test('sales keep no contacts', async () => {
  expect(await refused(list, {}, await hub.key('SALES'))).toMatchObject({ code: 'FORBIDDEN' });
});

test.each([
  ['without a name', { name: ' ' }, 'input.name'],
  ['with an address that is none', { email: 'ada at acme' }, 'input.email'],
  ['with an address and a line more', { email: 'ada@acme.example\nbcc: eve@evil.example' }, 'input.email'],
  ['without a role', { role: '' }, 'input.role'],
])('a contact %s is refused, and nothing is stored', async (_what, wrong, field) => {
  const before = (await asked(list)).contacts.totalCount;
  const input = { customerId, name: 'Ada', email: `${randomUUID()}@acme.example`, role: 'sales', ...wrong };

  expect(await refused(create, { input })).toMatchObject({ code: 'INVALID_INPUT', field });
  expect((await asked(list)).contacts.totalCount).toBe(before);
});

test('a contact of nobody, or one that is not there, is not found', async () => {
  const input = { customerId: randomUUID(), name: 'Ada', email: 'ada@nobody.example', role: 'sales' };

  expect(await refused(create, { input })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await refused(change, { input: { id: randomUUID(), name: 'Eve' } })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await refused(end, { id: randomUUID() })).toMatchObject({ code: 'NOT_FOUND' });
});

test('what is done to contacts is in the audit trail of their customer', async () => {
  const { id } = await aContact();
  await asked(change, { input: { id, email: `${randomUUID()}@acme.example` } });
  await asked(end, { id });

  const { auditEntries } = await asked(
    'query ($customerId: ID) { auditEntries(customerId: $customerId) { nodes { act target } } }',
    { customerId },
  );

  const acts = auditEntries.nodes.filter(({ target }: { target: string }) => target === `contact ${id}`);
  expect(acts.map(({ act }: { act: string }) => act).sort()).toEqual([
    ...['contact.changed', 'contact.created', 'contact.ended'],
  ]);
});
