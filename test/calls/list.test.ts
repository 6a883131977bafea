import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';

const oddTitle = '100% _sure_ \\o/ Ärger';

let accounts: GongAccounts;
let hub: TestHub;
let account: GongAccount;
let customerId: string;
let connectionId: string;
let importId: string;
let all: Call[];

interface Call {
  readonly id: string;
  readonly externalId: string;
  readonly startedAt: string;
  readonly title: string | null;
  readonly medium: string;
  readonly direction: string | null;
  readonly participants: readonly { readonly email: string | null }[];
}
interface Page {
  readonly nodes: Call[];
  readonly totalCount: number;
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}

beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub(accounts.env);
  account = await accounts.open({ calls: 160 });
  let renamed = false;
  account.tamper = (path, reply) => {
    if (path === '/v2/calls/extensive' && !renamed) {
      renamed = true;
      reply.calls[0].metaData.title = oddTitle;
    }
    return reply;
  };
  ({ customerId, connectionId } = await connectedCustomer(hub, account));
  importId = await startImport(hub, account, connectionId);
  await watchToEnd(hub, importId);
  all = await walk({});
});
afterAll(async () => {
  await hub.close();
  await accounts.close();
});

const document = `query ($customerId: ID!, $filter: CallFilter, $first: Int, $after: String) {
  calls(customerId: $customerId, filter: $filter, first: $first, after: $after) {
    nodes { id platform externalId startedAt durationSeconds title medium direction participants { name email phone role } }
    totalCount pageInfo { endCursor hasNextPage }
  } }`;
const page = async (variables: object): Promise<Page> =>
  (await hub.ask(document, { customerId, first: 100, ...variables })).calls;
const refusal = async (variables: object) =>
  (await hub.refused(document, { customerId, first: 100, ...variables })).extensions;

/** All pages of a filter, one after the other. */
async function walk(variables: object): Promise<Call[]> {
  const calls: Call[] = [];
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo } = await page({ ...variables, after });
    calls.push(...nodes);
    if (!pageInfo.hasNextPage) return calls;
    after = pageInfo.endCursor;
  }
}
const ids = (calls: readonly Call[]) => calls.map(({ id }) => id);

describe('the list of calls', () => {
  test('yields each call once, latest first, whatever the size of the pages', async () => {
    expect(all.map(({ externalId }) => externalId).toSorted()).toEqual([...account.truth()].toSorted());
    const times = all.map(({ startedAt }) => startedAt);
    expect(times).toEqual(times.toSorted().reverse());
    for (const first of [7, 80]) expect(ids(await walk({ first }))).toEqual(ids(all));
  });

  test('says how many there are on all pages', async () => {
    const { nodes, totalCount } = await page({ first: 3 });
    expect(nodes).toHaveLength(3);
    expect(totalCount).toBe(160);
  });

  test('does not shift while calls come in and go', async () => {
    const first = await page({ first: 10 });
    await hub.database.query(
      `update calls set started_at = '2026-06-01T00:00:00Z' where customer_id = $1 and id = $2`,
      [customerId, all[100]?.id],
    );
    const second = await page({ first: 10, after: first.pageInfo.endCursor });
    await hub.database.query('update calls set started_at = $3 where customer_id = $1 and id = $2', [
      customerId,
      all[100]?.id,
      all[100]?.startedAt,
    ]);
    expect(ids(second.nodes)).toEqual(ids(all.slice(10, 20)));
  });

  test('of calls of the very same moment yields each once', async () => {
    const filter = { externalId: undefined, from: '2025-01-01T00:00:00Z', to: '2025-01-02T00:00:00Z' };
    const same = all.slice(0, 9);
    const set = (at: string, id: string) =>
      hub.database.query('update calls set started_at = $1 where id = $2', [at, id]);
    await Promise.all(same.map(({ id }) => set('2025-01-01T12:00:00Z', id)));
    const seen = ids(await walk({ first: 2, filter }));
    await Promise.all(same.map(({ id, startedAt }) => set(startedAt, id)));
    expect(seen.toSorted()).toEqual(ids(same).toSorted());
  });

  test.each([0, -1, 101, 1_000_000])('refuses pages of %i', async first => {
    expect(await refusal({ first })).toEqual({ code: 'INVALID_INPUT', field: 'first', remedy: expect.any(String) });
  });

  test.each([
    ['words', 'next please'],
    ['nothing', ''],
    ['an id alone', Buffer.from(randomUUID()).toString('base64url')],
    ['a time alone', Buffer.from('2026-01-01T00:00:00.000Z').toString('base64url')],
    ['an injection', Buffer.from(`2026-01-01T00:00:00.000Z ' or 1=1 --`).toString('base64url')],
    ['an id that is none', Buffer.from(`2026-01-01T00:00:00.000Z ${'-'.repeat(36)}`).toString('base64url')],
    ['a time beyond all time', Buffer.from(`+275760-09-13T00:00:00.000Z ${randomUUID()}`).toString('base64url')],
  ])('refuses a cursor of %s', async (_, after) => {
    expect(await refusal({ after })).toEqual({ code: 'INVALID_INPUT', field: 'after', remedy: expect.any(String) });
  });

  test('of a customer without calls is empty', async () => {
    const empty = { nodes: [], totalCount: 0, pageInfo: { endCursor: null, hasNextPage: false } };
    expect(await page({ customerId: randomUUID() })).toEqual(empty);
  });
});

describe('the filter of calls', () => {
  const has = (email: string) => (call: Call) => call.participants.some(person => person.email === email);
  const middle = '2026-01-07T12:00:00.000Z';
  const someone = () => all.flatMap(({ participants }) => participants).find(({ email }) => email)?.email ?? '';

  test.each<[string, () => object, (call: Call) => boolean]>([
    ['the platform', () => ({ platform: 'gong' }), () => true],
    ['another platform', () => ({ platform: 'grain' }), () => false],
    ['the connection', () => ({ connectionId }), () => true],
    ['an unknown connection', () => ({ connectionId: randomUUID() }), () => false],
    ['the import', () => ({ importId }), () => true],
    ['an unknown import', () => ({ importId: randomUUID() }), () => false],
    ['the remote id', () => ({ externalId: all[5]?.externalId }), call => call.externalId === all[5]?.externalId],
    ['the earliest time', () => ({ from: middle }), call => call.startedAt >= middle],
    ['the latest time', () => ({ to: middle }), call => call.startedAt < middle],
    [
      'bounds of which the first is in and the last is out',
      () => ({ from: all[9]?.startedAt, to: all[4]?.startedAt }),
      call => call.startedAt >= (all[9]?.startedAt ?? '') && call.startedAt < (all[4]?.startedAt ?? ''),
    ],
    ['a window turned around', () => ({ from: middle, to: '2026-01-01T00:00:00Z' }), () => false],
    ['the medium', () => ({ medium: 'PHONE' }), call => call.medium === 'PHONE'],
    ['the direction', () => ({ direction: 'OUTBOUND' }), call => call.direction === 'OUTBOUND'],
    ['words of the title, in upper or lower case', () => ({ title: 'DEMO' }), call => /demo/i.test(call.title ?? '')],
    ['a per cent sign', () => ({ title: '100%' }), call => call.title === oddTitle],
    ['an underscore', () => ({ title: '_sure_' }), call => call.title === oddTitle],
    ['a backslash', () => ({ title: '\\O/' }), call => call.title === oddTitle],
    ['letters beyond ASCII', () => ({ title: 'ärger' }), call => call.title === oddTitle],
    ['wild cards that stand for themselves', () => ({ title: '1%e' }), () => false],
    ['a participant', () => ({ participantEmail: someone() }), call => has(someone())(call)],
    ['a participant in capitals', () => ({ participantEmail: someone().toUpperCase() }), call => has(someone())(call)],
    ['part of an address', () => ({ participantEmail: someone().slice(1) }), () => false],
    ['several at once', () => ({ medium: 'PHONE', from: middle }), c => c.medium === 'PHONE' && c.startedAt >= middle],
    ['nothing', () => ({ title: null, from: null, medium: null }), () => true],
  ])('keeps to %s', async (_, filter, fits) => {
    const expected = all.filter(fits);
    expect(ids(await walk({ filter: filter() }))).toEqual(ids(expected));
    expect((await page({ filter: filter(), first: 1 })).totalCount).toBe(expected.length);
  });

  test.each(['title', 'participantEmail', 'externalId', 'platform', 'connectionId', 'importId'])(
    'refuses a %s with NUL, which the database cannot hold',
    async name => {
      expect(await refusal({ filter: { [name]: 'a\0b' } })).toMatchObject({
        code: 'INVALID_INPUT',
        remedy: expect.any(String),
      });
    },
  );

  test('refuses words for the title that are a text', async () => {
    expect(await refusal({ filter: { title: '%'.repeat(201) } })).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'filter.title',
    });
  });

  test('is tried on calls of both kinds', () => {
    expect(all.filter(({ medium }) => medium === 'PHONE').length).toBeGreaterThan(5);
    expect(all.filter(({ medium }) => medium === 'MEETING').length).toBeGreaterThan(5);
    expect(all.filter(({ direction }) => direction === 'OUTBOUND').length).toBeGreaterThan(0);
    expect(all.filter(({ title }) => /demo/i.test(title ?? '')).length).toBeGreaterThan(0);
  });
});
