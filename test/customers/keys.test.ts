import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { authenticate, ensureConfiguredKey, ensureFirstKey } from '../../src/customers/index.js';
import { Secret } from '../../src/core/secret.js';
import { ask, graphql, refusedWith } from '../kit/client.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';

let hub: SmallHub;
let now = new Date('2026-03-01T12:00:00.000Z');
beforeAll(async () => {
  hub = await openSmallHub({ clock: { now: () => now } });
});
afterAll(() => hub.close());

const create = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  secret apiKey { id label role customerId staff { name } createdAt expiresAt revokedAt lastUsedAt } } }`;
const createStaff = 'mutation ($input: CreateStaffInput!) { createStaff(input: $input) { id name email role leftAt } }';
const revoke = 'mutation ($id: ID!) { revokeApiKey(id: $id) { id revokedAt } }';
const whoAmI = '{ viewer { name role customerId } }';

const asAdmin = (document: string, variables?: object) => ask(hub.url, hub.adminKey, document, variables);
const aMember = async (role: string, name = 'Ada Lovelace') =>
  (await asAdmin(createStaff, { input: { name, email: `${crypto.randomUUID()}@example.com`, role } })).createStaff;
const aCustomer = async () =>
  (await asAdmin('mutation { createCustomer(input: { name: "Acme" }) { id } }')).createCustomer.id as string;
const statusWith = async (secret: string) => (await graphql(hub.url, secret, whoAmI)).status;
const storedKey = async (secret: string) => {
  const [row] = await hub.database.query<{ id: string; last_used_at: Date | null }>(
    'select id, last_used_at from api_keys where hash = sha256($1::bytea)',
    [Buffer.from(secret)],
  );
  return row;
};

test('a new key works at once, and its secret is stored as a hash only', async () => {
  const { createApiKey } = await asAdmin(create, { input: { label: 'billing service', role: 'SERVICE' } });

  expect(createApiKey.secret).toMatch(/^pb_[\w-]{43}$/);
  expect(createApiKey.apiKey).toMatchObject({
    label: 'billing service',
    role: 'SERVICE',
    staff: null,
    revokedAt: null,
  });
  expect((await ask(hub.url, createApiKey.secret, whoAmI)).viewer).toEqual({
    name: 'billing service',
    role: 'SERVICE',
    customerId: null,
  });
  const tables = await hub.database.query("select string_agg(k::text, '') as all_rows from api_keys k");
  expect(JSON.stringify(tables)).not.toContain(createApiKey.secret);
});

test('a key of a member of staff speaks in their name', async () => {
  const { id } = await aMember('CS', 'Grace Hopper');

  const secret = await hub.key('CS', { staffId: id });

  expect((await ask(hub.url, secret, whoAmI)).viewer).toMatchObject({ name: 'Grace Hopper', role: 'CS' });
});

test('refuses combinations that make no sense', async () => {
  const customerId = await aCustomer();
  const cs = (await aMember('CS')).id;
  const refused: readonly [object, string][] = [
    [{ role: 'CUSTOMER' }, 'input.customerId'],
    [{ role: 'ADMIN', customerId }, 'input.customerId'],
    [{ role: 'CUSTOMER', customerId: crypto.randomUUID() }, 'input.customerId'],
    [{ role: 'CUSTOMER', customerId: 'x' }, 'input.customerId'],
    [{ role: 'ADMIN', staffId: cs }, 'input.role'],
    [{ role: 'SERVICE', staffId: cs }, 'input.staffId'],
    [{ role: 'CS', staffId: crypto.randomUUID() }, 'input.staffId'],
    [{ role: 'CS', expiresAt: now.toISOString() }, 'input.expiresAt'],
    [{ role: 'CS', label: ' ' }, 'input.label'],
  ];

  for (const [more, field] of refused) {
    const { extensions } = await refusedWith(hub.url, hub.adminKey, create, { input: { label: 'odd', ...more } });
    expect(extensions, JSON.stringify(more)).toMatchObject({ code: 'INVALID_INPUT', field });
  }
});

test('columns that belong to the hub cannot be written from outside', async () => {
  for (const name of ['id', 'hash', 'origin', 'createdAt', 'revokedAt', 'lastUsedAt']) {
    const { status, errors } = await graphql(hub.url, hub.adminKey, create, {
      input: { label: 'x', role: 'CS', [name]: 'canary-value' },
    });
    expect(status).toBe(400);
    expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
    expect(JSON.stringify(errors)).not.toContain('canary-value');
  }
});

test('a revoked, an expired and an unknown key get the same answer', async () => {
  const revoked = await hub.key('CS');
  await asAdmin(revoke, { id: (await storedKey(revoked))?.id });
  const expired = await hub.key('CS', { expiresAt: new Date(now.getTime() + 1_000).toISOString() });
  expect(await statusWith(expired)).toBe(200);
  now = new Date(now.getTime() + 1_000);

  const answers = await Promise.all(
    [revoked, expired, `pb_${'x'.repeat(43)}`].map(async secret => {
      const { status, errors } = await graphql(hub.url, secret, whoAmI);
      return { status, errors };
    }),
  );

  expect(answers[0]).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test('revoking again keeps the first time', async () => {
  const { id } = (await storedKey(await hub.key('CS'))) ?? {};

  const first = await asAdmin(revoke, { id });
  now = new Date(now.getTime() + 60_000);

  expect(await asAdmin(revoke, { id })).toEqual(first);
});

test('whoever leaves loses their keys with it, and gets no new ones', async () => {
  const { id } = await aMember('ADMIN');
  const secret = await hub.key('ADMIN', { staffId: id });
  const other = await hub.key('ADMIN');

  const { endStaff } = await asAdmin('mutation ($id: ID!) { endStaff(id: $id) { leftAt } }', { id });

  expect(endStaff.leftAt).toBe(now.toISOString());
  expect([await statusWith(secret), await statusWith(other)]).toEqual([401, 200]);
  const late = await refusedWith(hub.url, hub.adminKey, create, { input: { label: 'x', role: 'CS', staffId: id } });
  expect(late.extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input.staffId' });
});

test('two members of staff cannot share an address, however it is spelled', async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  await asAdmin(createStaff, { input: { name: 'A', email, role: 'CS' } });

  const input = { name: 'B', email: email.toUpperCase(), role: 'CS' };
  expect((await refusedWith(hub.url, hub.adminKey, createStaff, { input })).extensions.code).toBe('CONFLICT');
});

test('the last use is noted at most once a minute', async () => {
  const secret = await hub.key('CS');
  const lastUse = async () => (await storedKey(secret))?.last_used_at?.toISOString();
  const first = now.toISOString();
  await statusWith(secret);
  await vi.waitFor(async () => expect(await lastUse()).toBe(first));

  now = new Date(now.getTime() + 59_000);
  const updates = vi.fn();
  const { em } = hub.scope();
  vi.spyOn(em, 'nativeUpdate').mockImplementation(updates);
  const door = { clock: hub.house.clock, log: hub.house.log, em: () => em };
  await authenticate(door, new Secret(secret));
  expect(updates).not.toHaveBeenCalled();

  now = new Date(now.getTime() + 1_000);
  await statusWith(secret);
  await vi.waitFor(async () => expect(await lastUse()).toBe(now.toISOString()));
});

test('lists keys newest first without anything secret', async () => {
  const secret = await hub.key('CS');

  const { apiKeys } = await asAdmin(
    '{ apiKeys(first: 1) { nodes { label role staff { name } } pageInfo { hasNextPage } totalCount } }',
  );

  expect(apiKeys).toMatchObject({ nodes: [{ label: 'a CS key' }], pageInfo: { hasNextPage: true } });
  expect(JSON.stringify(apiKeys)).not.toContain(secret);
});

test.each(['CS', 'SALES', 'SERVICE'])('the role %s sees neither staff nor keys, and makes none', async role => {
  const secret = await hub.key(role);

  for (const document of [
    '{ staff { totalCount } }',
    '{ apiKeys { totalCount } }',
    '{ auditEntries { totalCount } }',
    '{ auditTrail { intact } }',
    'mutation { createApiKey(input: { label: "x", role: ADMIN }) { secret } }',
    'mutation { createStaff(input: { name: "x", email: "x@example.com", role: ADMIN }) { id } }',
  ]) {
    expect((await refusedWith(hub.url, secret, document)).extensions.code, document).toBe('FORBIDDEN');
  }
});

test('of many processes that start at once, one makes the first key', async () => {
  const fresh = await openSmallHub();
  try {
    await fresh.database.query('update api_keys set revoked_at = now()');

    const full = () => Promise.reject(new Error('The disk is full.'));
    await expect(ensureFirstKey(fresh.scope(), full)).rejects.toThrow('The disk is full.');

    const made = await Promise.all(Array.from({ length: 6 }, () => ensureFirstKey(fresh.scope())));

    const secrets = made.filter(secret => secret !== undefined);
    expect(secrets).toHaveLength(1);
    expect((await graphql(fresh.url, secrets[0]?.reveal(), whoAmI)).status).toBe(200);
    expect((await graphql(fresh.url, fresh.adminKey, whoAmI)).status).toBe(401);
  } finally {
    await fresh.close();
  }
});

test('the configured key is the only configured one, whoever starts when', async () => {
  const [old, next] = [new Secret('configured-key-of-last-year-0001'), new Secret('configured-key-of-this-year-0002')];

  await Promise.all([ensureConfiguredKey(hub.scope(), old), ensureConfiguredKey(hub.scope(), old)]);
  expect(await statusWith(old.reveal())).toBe(200);
  await ensureConfiguredKey(hub.scope(), next);
  // Not done through the API, which has to hear of it first.
  const answers = async () => [await statusWith(old.reveal()), await statusWith(next.reveal())];
  await vi.waitFor(async () => expect(await answers()).toEqual([401, 200]), 5_000);
  await ensureConfiguredKey(hub.scope(), old);
  await vi.waitFor(async () => expect(await answers()).toEqual([200, 401]), 5_000);
  expect((await ask(hub.url, old.reveal(), whoAmI)).viewer.role).toBe('ADMIN');
});

test('no first key is made while an admin key works', async () => {
  expect(await ensureFirstKey(hub.scope())).toBeUndefined();
});
