import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';

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

/** Imports an account whose calls, the latest first, were changed by `change`. */
async function imported(calls: number, change: (items: any[]) => void) {
  const account: GongAccount = await accounts.open({ calls });
  account.tamper = (path, reply) => {
    if (path === '/v2/calls/extensive') change(reply.calls);
    return reply;
  };
  const { connectionId, customerId } = await connectedCustomer(hub, account);
  const importId = await startImport(hub, account, connectionId);
  const end = (await watchToEnd(hub, importId)).at(-1);
  const { calls: page } = await hub.ask(
    `query ($c: ID!) { calls(customerId: $c, first: 100) {
       nodes { externalId title link participants { name email } transcript { lines { speaker } } } } }`,
    { c: customerId },
  );
  const { import: one } = await hub.ask(
    'query ($id: ID!) { import(id: $id) { unusable { nodes { externalId stage code reason } } } }',
    { id: importId },
  );
  return { account, end, nodes: page.nodes, unusable: one.unusable.nodes };
}

const megabytes = 5 * 1024 * 1024;
const texts: readonly (readonly [what: string, written: string, kept: string])[] = [
  ['NUL', 'be\0fore', 'before'],
  ['half of a surrogate pair', 'a\ud83dz', 'a\ufffdz'],
  ['the other half', 'a\ude00z', 'a\ufffdz'],
  ['emoji and joined emoji', '👩‍👩‍👧‍👦 🇨🇭 ok', '👩‍👩‍👧‍👦 🇨🇭 ok'],
  ['letters from right to left, with overrides', 'שלום \u202eevil', 'שלום \u202eevil'],
  [
    'markup',
    '<script>alert(1)</script><img src=x onerror=alert(1)>',
    '<script>alert(1)</script><img src=x onerror=alert(1)>',
  ],
  ['quotes, backslashes and SQL', `\\'; drop table calls; -- " \\u0000`, `\\'; drop table calls; -- " \\u0000`],
  ['line breaks and tabs', 'one\r\n\ttwo', 'one\r\n\ttwo'],
  ['composed and decomposed letters', 'e\u0301 \u00e9', 'e\u0301 \u00e9'],
];

describe.concurrent('a call whose texts hold', () => {
  test.each(texts)('%s comes in, as text that does nothing', async (_, written, kept) => {
    const { end, nodes } = await imported(2, items => {
      items[0].metaData.title = written;
      items[0].parties[0].name = written;
    });
    expect(end).toMatchObject({ status: 'COMPLETED', stored: 2 });
    const call = nodes.find(({ title }: { title: string }) => title === kept);
    expect(call?.participants[0].name).toBe(kept);
  });

  test('five megabytes comes in cut, and the document keeps all of it', async () => {
    const { end, nodes } = await imported(2, items => {
      items[0].metaData.title = 'ü'.repeat(megabytes / 2);
    });
    expect(end).toMatchObject({ status: 'COMPLETED', stored: 2 });
    expect(nodes.map(({ title }: { title: string }) => title)).toContain(`${'ü'.repeat(999)}…`);
  });

  test('an address that is no web address comes in without it', async () => {
    const { nodes } = await imported(1, ([item]) => {
      item.metaData.url = 'javascript:alert(1)';
    });
    expect(nodes[0].link).toBeNull();
  });
});

describe.concurrent('a record that cannot be stored', () => {
  test('because its id differs from another by a character that cannot be stored is set aside, not the page', async () => {
    const { account, end, nodes, unusable } = await imported(4, items => {
      items[1].metaData.id = `${items[0].metaData.id}\0`;
    });
    expect(end).toMatchObject({ status: 'COMPLETED_WITH_FAILURES', stored: 3, unusable: 1 });
    expect(nodes).toHaveLength(3);
    expect(account.truth()).toEqual(expect.arrayContaining(nodes.map(({ externalId }: any) => externalId)));
    expect(unusable).toEqual([expect.objectContaining({ stage: 'call', code: 'UNSTORABLE' })]);
  });

  test('because halves of surrogate pairs make ids the same is set aside, not the page', async () => {
    const { end, unusable } = await imported(4, items => {
      items[0].metaData.id = 'x\ud83d';
      items[1].metaData.id = 'x\ud83e';
    });
    expect(end).toMatchObject({ status: 'COMPLETED_WITH_FAILURES', stored: 2, unusable: 2 });
    expect(unusable).toHaveLength(2);
  });

  test.each<[string, (metaData: any) => void]>([
    ['an endless id', metaData => (metaData.id = '9'.repeat(501))],
    ['a duration that is no whole number', metaData => (metaData.duration = 12.5)],
    ['an endless duration', metaData => (metaData.duration = 1e12)],
    ['a start without an offset', metaData => (metaData.started = '2026-01-08T10:00:00')],
    ['a title that is no text', metaData => (metaData.title = { text: 'Demo' })],
  ])('because of %s is set aside with its reason, and the others come in', async (_, change) => {
    const { end, nodes, unusable } = await imported(3, items => change(items[0].metaData));
    expect(nodes).toHaveLength(2);
    expect(end).toMatchObject({ status: 'COMPLETED_WITH_FAILURES', stored: 2, unusable: 1 });
    expect(unusable[0].reason).not.toBe('');
  });
});
