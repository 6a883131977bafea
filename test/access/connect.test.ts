import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';

const dayMs = 86_400_000;
/** The hub looks for visible calls in the last year. */
const lately = {
  from: new Date(Date.now() - 30 * dayMs).toISOString(),
  to: new Date(Date.now() - dayMs).toISOString(),
  calls: 20,
};

let accounts: GongAccounts;
let hub: TestHub;

beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub(accounts.env);
});
afterAll(async () => {
  console.log(
    hub
      .logged()
      .split('\n')
      .filter(l => l.includes('"error"'))
      .join('\n'),
  );
  await hub.close();
  await accounts.close();
});

type Values = Readonly<Record<string, string>> | readonly { name: string; value: string }[];
const form = (values: Values) =>
  Array.isArray(values) ? values : Object.entries(values).map(([name, value]) => ({ name, value }));
const connectDocument = `mutation ($input: ConnectWithSecretInput!) { connectWithSecret(input: $input) {
  id customerId platform accountId accountName createdBy warnings { code message remedy } lastError { code } health { credential }
} }`;

async function customer(): Promise<string> {
  return (await hub.ask('mutation { createCustomer(input: { name: "Acme" }) { id } }')).createCustomer.id;
}
async function connect(customerId: string, values: Values, platform = 'gong') {
  const input = { customerId, platform, secret: form(values) };
  return (await hub.ask(connectDocument, { input })).connectWithSecret;
}
function refusal(customerId: string, values: Values, platform = 'gong', key?: string) {
  return hub.refused(connectDocument, { input: { customerId, platform, secret: form(values) } }, key);
}
/** How much there is about a customer in each table that connecting could write to. */
async function traces(customerId: string) {
  const tables = ['connections', 'credentials', 'data_keys', 'audit_entries'];
  const counts = tables.map(table => `(select count(*)::int from ${table} where customer_id = $1) as ${table}`);
  const [row] = await hub.database.query<Record<string, number>>(`select ${counts.join()}`, [customerId]);
  return row;
}
/** Nothing but a line in the audit trail. */
const oneEntryMore = (before: Record<string, number> | undefined) => ({
  ...before,
  audit_entries: (before?.['audit_entries'] ?? 0) + 1,
});
async function acts(customerId: string): Promise<string[]> {
  const { auditEntries } = await hub.ask('query ($id: ID) { auditEntries(customerId: $id) { nodes { act } } }', {
    id: customerId,
  });
  return auditEntries.nodes.map(({ act }: { act: string }) => act);
}

describe.concurrent('connecting by a key', () => {
  test('a good key connects and names the account', async () => {
    const account = await accounts.open({ ...lately, account: 'good' });
    const customerId = await customer();

    const connection = await connect(customerId, account.secret);

    expect(connection).toMatchObject({
      ...{ customerId, platform: 'gong', accountName: 'good.example', warnings: [], lastError: null },
      health: { credential: 'VALID' },
    });
    expect(connection.accountId).toMatch(/^\d{5,}$/);
    const { connections } = await hub.ask(
      'query ($c: ID) { connections(customerId: $c) { nodes { id } totalCount } }',
      {
        c: customerId,
      },
    );
    expect(connections).toEqual({ nodes: [{ id: connection.id }], totalCount: 1 });
    expect(await acts(customerId)).toContain('connection.connected');
  });

  test('a line break at the end of a pasted value does no harm', async () => {
    const account = await accounts.open(lately);
    const { key = '', secret = '' } = account.secret;
    expect(await connect(await customer(), { key: ` ${key}\n`, secret: `${secret}\r\n` })).toMatchObject({
      health: { credential: 'VALID' },
    });
  });

  test('a wrong key pair is refused with what to check, and nothing is stored', async () => {
    const account = await accounts.open(lately);
    const customerId = await customer();
    const before = await traces(customerId);

    const error = await refusal(customerId, { ...account.secret, secret: 'wrong-canary' });

    expect(error.message).toBe('Gong refused the credential (401).');
    expect(error.extensions).toMatchObject({ code: 'CREDENTIAL_REJECTED', field: 'input.secret' });
    expect(error.extensions.remedy).toContain('Admin center');
    expect(JSON.stringify(error)).not.toContain('wrong-canary');
    expect(await traces(customerId)).toEqual(oneEntryMore(before));
    expect(await acts(customerId)).toEqual(['credential.refused', 'customer.created']);
  });

  test('a wrong key pair leaves the credential of an existing connection as it is', async () => {
    const account = await accounts.open(lately);
    const customerId = await customer();
    const { id } = await connect(customerId, account.secret);
    const stored = () => hub.database.query('select * from credentials where connection_id = $1', [id]);
    const before = await stored();

    await refusal(customerId, { ...account.secret, secret: 'wrong' });

    expect(await stored()).toEqual(before);
    const { connection } = await hub.ask('query ($id: ID!) { connection(id: $id) { health { credential } } }', { id });
    expect(connection.health.credential).toBe('VALID');
  });

  test('a key that sees no calls is connected with a warning that says so', async () => {
    const account = await accounts.open({ ...lately, invisible: true });
    const { warnings, health } = await connect(await customer(), account.secret);
    expect(health.credential).toBe('VALID');
    expect(warnings).toEqual([
      {
        code: 'NO_CALLS_VISIBLE',
        message: expect.stringContaining('no calls'),
        remedy: expect.stringContaining('Gong'),
      },
    ]);
  });

  test('a key without the right to list calls is refused with a remedy', async () => {
    const account = await accounts.open(lately);
    account.refuse = path => (path === '/v2/calls' ? 403 : undefined);
    const customerId = await customer();
    const before = await traces(customerId);
    const { extensions } = await refusal(customerId, account.secret);
    expect(extensions).toMatchObject({
      ...{ code: 'PERMISSION_MISSING', field: 'input.secret' },
      remedy: expect.stringContaining('trusted IP addresses if there are any'),
    });
    expect(await traces(customerId)).toEqual(oneEntryMore(before));
  });

  test('a key without the right to list users is accepted, and the account is named by its workspace', async () => {
    const account = await accounts.open(lately);
    account.refuse = path => (path === '/v2/users' ? 403 : undefined);
    expect(await connect(await customer(), account.secret)).toMatchObject({ accountName: 'Sales' });
  });

  test('a platform that does not answer is told apart from a refusal', async () => {
    const account = await accounts.open(lately);
    account.refuse = () => 'cut';
    const customerId = await customer();
    const before = await traces(customerId);
    const { extensions } = await refusal(customerId, account.secret);
    expect(extensions).toMatchObject({ code: 'PLATFORM_UNREACHABLE', remedy: expect.stringMatching(/again/) });
    expect(extensions.field).toBeUndefined();
    expect(await traces(customerId)).toEqual(oneEntryMore(before));
  });

  test('a platform that asks for a long pause is told as busy, with when to come back', async () => {
    const account = await accounts.open(lately);
    account.setFaults({ next: [{ tooManyForSeconds: 120 }] });
    const { extensions } = await refusal(await customer(), account.secret);
    expect(extensions.code).toBe('PLATFORM_BUSY');
    expect(extensions.remedy).toMatch(/again/i);
    expect(extensions.remedy).not.toContain('import');
  });

  test.each([
    ['workspaces of another form', '/v2/workspaces', { workspaces: 'many' }],
    ['no workspace at all', '/v2/workspaces', { workspaces: [] }],
    ['a workspace without an id', '/v2/workspaces', { workspaces: [{ name: 'Sales' }] }],
    ['a count of another form', '/v2/calls', { records: 7 }],
  ])('%s is the platform, not a fault of ours', async (_, at, body) => {
    const account = await accounts.open({ ...lately, tamper: (path, reply) => (path === at ? body : reply) });
    const customerId = await customer();
    const before = await traces(customerId);
    const error = await refusal(customerId, account.secret);
    expect(error.extensions).toMatchObject({ code: 'PLATFORM_CHANGED', remedy: expect.any(String) });
    expect(error.message).toContain('Gong');
    expect(await traces(customerId)).toEqual(oneEntryMore(before));
  });

  test('an unknown platform is refused with its field and those that there are', async () => {
    const { extensions } = await refusal(await customer(), { key: 'a' }, 'no-such-platform');
    expect(extensions).toMatchObject({ code: 'UNKNOWN_PLATFORM', field: 'input.platform' });
    expect(extensions.remedy).toContain('gong');
  });

  test('a platform without a way to import is refused with its reason and what would change it', async () => {
    const error = await refusal(await customer(), { key: 'a' }, 'kixie');
    expect(error.extensions).toMatchObject({ code: 'PLATFORM_NOT_SUPPORTED', field: 'input.platform' });
    expect(error.message).toContain('Kixie');
    expect(error.extensions.remedy).toContain('gong');
  });

  const canary = 'canary-value';
  test.each<[string, Values, string]>([
    ['missing', { key: canary }, 'input.secret'],
    ['extra', { key: canary, secret: canary, token: canary }, 'input.secret'],
    ['given twice', [...form({ key: canary, secret: canary }), { name: 'key', value: canary }], 'input.secret'],
    ['not given at all', [], 'input.secret'],
    ['named like a part of every object', { key: canary, constructor: canary }, 'input.secret'],
    ['empty', { key: canary, secret: '' }, 'input.secret.secret'],
    ['only spaces', { key: ' \t ', secret: canary }, 'input.secret.key'],
    ['with a line break inside', { key: `${canary}\r\nx-evil: 1`, secret: canary }, 'input.secret.key'],
    ['with a line separator inside', { key: canary, secret: `a\u2028${canary}` }, 'input.secret.secret'],
    ['endless', { key: canary, secret: canary.repeat(400) }, 'input.secret.secret'],
  ])('a secret field that is %s is refused before anybody is asked', async (_, values, field) => {
    const error = await refusal(await customer(), values);
    expect(error.extensions).toMatchObject({ code: 'INVALID_INPUT', field, remedy: expect.any(String) });
    expect(JSON.stringify(error)).not.toContain(canary);
  });

  test('a secret with NUL inside is refused before anybody is asked', async () => {
    const error = await refusal(await customer(), { key: canary, secret: `a\0${canary}` });
    expect(error.extensions).toMatchObject({ code: 'INVALID_INPUT', remedy: expect.any(String) });
    expect(JSON.stringify(error)).not.toContain(canary);
  });

  test('an unknown customer and a foreign one get the same answer, and nobody is asked', async () => {
    const account = await accounts.open(lately);
    const [own, foreign] = [await customer(), await customer()];
    const { createApiKey } = await hub.ask(
      'mutation ($c: ID) { createApiKey(input: { label: "theirs", role: CUSTOMER, customerId: $c }) { secret } }',
      { c: own },
    );

    const unknown = await refusal(randomUUID(), account.secret, 'gong', createApiKey.secret);
    const other = await refusal(foreign, account.secret, 'gong', createApiKey.secret);

    expect(other).toEqual(unknown);
    expect(unknown.extensions.code).toBe('NOT_FOUND');
    expect(account.ledger()).toEqual([]);
  });

  test('two customers may connect the same account; each has a connection of its own', async () => {
    const account = await accounts.open(lately);
    const [a, b] = await Promise.all([customer(), customer()]);
    const [one, two] = [await connect(a, account.secret), await connect(b, account.secret)];
    expect(one.accountId).toBe(two.accountId);
    expect(one.id).not.toBe(two.id);
  });
});
