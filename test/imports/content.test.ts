import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connector } from '#connector';
import { openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/infra/log.js';
import type { House } from '../../src/scope.js';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';
import { heldIds } from '../kit/watch.js';

let accounts: GongAccounts;
let hub: TestHub;

/** Ids of calls whose new form the mapper knows by now. */
const mended = new Set<string>();
/** The connector of Gong, learning. */
const learning = (bare: House): House => {
  const gong = bare.connectors.get('gong') as Connector;
  const call = (item: unknown) => {
    const { metaData } = item as { metaData: { id: string; began?: string } };
    const isKnown = metaData.began !== undefined && mended.has(metaData.id);
    return gong.calls.call(
      isKnown ? { ...(item as object), metaData: { ...metaData, started: metaData.began } } : item,
    );
  };
  return { ...bare, connectors: new Map([...bare.connectors, ['gong', { ...gong, calls: { ...gong.calls, call } }]]) };
};

beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub(accounts.env, { wrap: learning });
});
afterAll(async () => {
  await hub.close();
  await accounts.close();
});

const wholeImport = async (account: GongAccount, connectionId: string) => {
  const importId = await startImport(hub, account, connectionId);
  return { importId, end: (await watchToEnd(hub, importId)).at(-1) };
};
const truthOf = (account: GongAccount) => [...account.truth()].toSorted();
const servedTranscripts = (account: GongAccount) =>
  new Set(account.ledger().flatMap(({ path, served }) => (path === '/v2/calls/transcript' ? served : [])));

async function transcriptsOf(customerId: string): Promise<string[]> {
  const rows = await hub.database.query<{ id: string }>(
    `select c.external_id as id from transcripts t join calls c on c.id = t.call_id
     where t.customer_id = $1 and c.customer_id = $1`,
    [customerId],
  );
  return rows.map(({ id }) => id).toSorted();
}

describe.concurrent('an import', () => {
  test('of an account without calls completes with none', async () => {
    const account = await accounts.open({ calls: 0 });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    const { end } = await wholeImport(account, connectionId);
    expect(end).toMatchObject({ status: 'COMPLETED', found: 0, stored: 0, added: 0, unusable: 0, percent: 100 });
    expect(await heldIds(hub, customerId)).toEqual([]);
  });

  test('of a platform that fails, cuts, repeats, shuffles and forgets its cursors holds every call once', async () => {
    const account = await accounts.open({ calls: 300, duplicates: 0.1, disorder: 30 });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    const next = ['error500', 'none', 'cut', 'none', 'error502', 'dead-cursors', 'cut-body', 'none', 'dead-cursors'];
    account.setFaults({ next: next as never });

    const { end } = await wholeImport(account, connectionId);

    expect(account.ledger().filter(({ fault }) => fault !== undefined)).toHaveLength(6);
    expect(end).toMatchObject({ status: 'COMPLETED', found: 300, stored: 300, added: 300, transcripts: 300 });
    expect(await heldIds(hub, customerId)).toEqual(truthOf(account));
    expect(await transcriptsOf(customerId)).toEqual(truthOf(account));
  });

  test('asks for no transcript twice when a cursor dies', async () => {
    const account = await accounts.open({ calls: 400 });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    account.resetLedger();
    account.setFaults({ next: Array<'dead-cursor'>(14).fill('dead-cursor') });

    await wholeImport(account, connectionId);

    const asked = account.ledger();
    const questions = asked.flatMap(({ kind, bodyDigest }) => (kind === 'transcripts' ? [bodyDigest] : []));
    expect(asked.filter(({ fault }) => fault === 'dead-cursor').length).toBeGreaterThan(0);
    expect(questions).toHaveLength(new Set(questions).size);
    expect(await transcriptsOf(customerId)).toEqual(truthOf(account));
  });

  test.each([
    ['lists little twice', [], 300],
    ['lists again all that it cannot count', [100, 600, 1_100, 1_500], 1_000],
  ])('%s when a cursor dies far down a listing, and holds every call once', async (_, broken, atMost) => {
    const account = await accounts.open({ calls: 2_000, disorder: 20, broken });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    account.resetLedger();
    const far = Array<'none'>(28).fill('none');
    account.setFaults({ next: [...far, ...Array<'dead-cursor'>(4).fill('dead-cursor')] });

    const { end } = await wholeImport(account, connectionId);

    const asked = account.ledger();
    const dead = asked.filter(({ fault }) => fault === 'dead-cursor').length;
    const listed = asked.flatMap(({ kind, served }) => (kind === 'list' ? served : []));
    expect(dead).toBeGreaterThan(0);
    expect(listed.length - new Set(listed).size).toBeLessThanOrEqual(dead * atMost);
    expect(end).toMatchObject({ stored: 2_000 - broken.length, unusable: broken.length });
    expect(new Set(await heldIds(hub, customerId)).size).toBe(2_000 - broken.length);
  });

  test('counts every request that the platform has seen', async () => {
    const account = await accounts.open({ calls: 120 });
    const { connectionId } = await connectedCustomer(hub, account);
    account.resetLedger();
    account.setFaults({ next: ['error500', 'error502', 'none', 'cut'] });
    const { end } = await wholeImport(account, connectionId);
    expect(end.requests).toBe(account.ledger().length);
  });

  test('sets broken records aside with their reasons and brings all others in', async () => {
    const broken = [3, 57, 119];
    const account = await accounts.open({ calls: 120, broken });
    const { connectionId, customerId } = await connectedCustomer(hub, account);

    const { importId, end } = await wholeImport(account, connectionId);

    expect(end).toMatchObject({ status: 'COMPLETED_WITH_FAILURES', finished: true, percent: 100 });
    expect(end).toMatchObject({ found: 120, stored: 117, unusable: 3 });
    const held = await heldIds(hub, customerId);
    expect(held).toHaveLength(117);
    expect(account.truth()).toEqual(expect.arrayContaining(held));
    const { unusable } = (
      await hub.ask(
        `query ($id: ID!) { import(id: $id) { unusable(first: 2) { totalCount nodes { externalId stage code reason seenAt }
           pageInfo { hasNextPage } } } }`,
        { id: importId },
      )
    ).import;
    expect(unusable).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    for (const record of unusable.nodes) {
      expect(record).toMatchObject({ stage: 'call', code: 'PLATFORM_CHANGED' });
      expect(record.reason).toMatch(/^Gong: /);
    }
  });

  test('takes calls without transcripts as they are', async () => {
    const account = await accounts.open({ calls: 120, withoutTranscript: 0.3 });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    const { end } = await wholeImport(account, connectionId);
    const told = [...servedTranscripts(account)].toSorted();
    expect(told.length).toBeGreaterThan(50);
    expect(told.length).toBeLessThan(110);
    expect(end).toMatchObject({ status: 'COMPLETED', stored: 120, transcripts: told.length });
    expect(await transcriptsOf(customerId)).toEqual(told);
    const { calls } = await hub.ask(
      'query ($c: ID!) { calls(customerId: $c, first: 100) { nodes { id externalId provenance { transcriptOrigin } } } }',
      { c: customerId },
    );
    for (const { externalId, provenance } of calls.nodes)
      expect(provenance.transcriptOrigin).toBe(told.includes(externalId) ? 'platform' : null);
    const { id } = calls.nodes.find(({ externalId }: { externalId: string }) => !told.includes(externalId));
    expect(await hub.ask('query ($id: ID!) { call(id: $id) { transcript { origin } } }', { id })).toEqual({
      call: { transcript: null },
    });
  });

  test('without transcripts asks for none', async () => {
    const account = await accounts.open({ calls: 60 });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    const { startImport: started } = await hub.ask(
      'mutation ($input: StartImportInput!) { startImport(input: $input) { id } }',
      { input: { connectionId, ...account.window, withTranscripts: false } },
    );
    expect((await watchToEnd(hub, started.id)).at(-1)).toMatchObject({ stored: 60, transcripts: 0 });
    expect(servedTranscripts(account).size).toBe(0);
    expect(await transcriptsOf(customerId)).toEqual([]);
  });

  test('sets a transcript aside that the platform refuses, keeps its call, and counts the call once', async () => {
    const account = await accounts.open({ calls: 4 });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    const [secretive = ''] = account.truth();
    account.refuse = (path, _key, body) =>
      path === '/v2/calls/transcript' && body.includes(secretive) ? 403 : undefined;

    const { importId, end } = await wholeImport(account, connectionId);

    expect(end).toMatchObject({ status: 'COMPLETED_WITH_FAILURES', stored: 4, transcripts: 3, unusable: 1, found: 4 });
    expect(await heldIds(hub, customerId)).toEqual(truthOf(account));
    const { unusable } = (
      await hub.ask('query ($id: ID!) { import(id: $id) { unusable { nodes { externalId stage code } } } }', {
        id: importId,
      })
    ).import;
    expect(unusable.nodes).toEqual([{ externalId: secretive, stage: 'transcript', code: 'PERMISSION_MISSING' }]);
  });

  test('of the same window again adds nothing and doubles nothing', async () => {
    const account = await accounts.open({ calls: 60 });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    const first = await wholeImport(account, connectionId);
    const rows = () =>
      hub.database.query('select id, import_id from calls where customer_id = $1 order by id', [customerId]);
    const before = await rows();

    const second = await wholeImport(account, connectionId);

    expect(first.end).toMatchObject({ stored: 60, added: 60 });
    expect(second.end).toMatchObject({ status: 'COMPLETED', stored: 60, added: 0, transcripts: 60 });
    expect(await rows()).toEqual(before);
  });

  test('of the same account for another customer brings rows of its own', async () => {
    const account = await accounts.open({ calls: 40 });
    const [one, two] = [await connectedCustomer(hub, account), await connectedCustomer(hub, account)];
    const ends = [await wholeImport(account, one.connectionId), await wholeImport(account, two.connectionId)];
    for (const { end } of ends) expect(end).toMatchObject({ status: 'COMPLETED', stored: 40, added: 40 });
    expect(await heldIds(hub, one.customerId)).toEqual(truthOf(account));
    expect(await heldIds(hub, two.customerId)).toEqual(truthOf(account));
  });

  test('takes in only what began inside its window', async () => {
    const account = await accounts.open({ calls: 120 });
    const { connectionId, customerId } = await connectedCustomer(hub, account);
    const window = { from: '2026-01-07T00:00:00Z', to: '2026-01-09T00:00:00Z' };
    const { end } = await wholeImport({ ...account, window }, connectionId);
    expect(end.stored).toBeGreaterThan(10);
    expect(await heldIds(hub, customerId)).toEqual([...account.truth(window.from, window.to)].toSorted());
  });
});

/** An account whose platform has begun to call the start of every third call by another name. */
async function renaming(calls: number) {
  const account = await accounts.open({ calls });
  const changed = account.truth().filter((_, i) => i % 3 === 0);
  account.tamper = (path, reply) => {
    if (path !== '/v2/calls/extensive') return reply;
    for (const { metaData } of reply.calls) {
      if (!changed.includes(metaData.id)) continue;
      metaData.began = metaData.started;
      delete metaData.started;
    }
    return reply;
  };
  return { account, changed, ...(await connectedCustomer(hub, account)) };
}

interface Kept {
  readonly ids: string[];
  readonly first: string;
  readonly stored: number;
  readonly unusable: number;
  readonly ofImport: { count: number; code: string; message: string; remedy: string } | null;
  readonly ofConnection: { count: number } | null;
}

async function keptOf(customerId: string, importId: string): Promise<Kept> {
  const { unreadRecords, import: one } = await hub.ask(
    `query ($c: ID!, $i: ID!) {
       unreadRecords(customerId: $c, first: 100) { nodes { id externalId reason } }
       import(id: $i) { progress { stored unusable } keptUnread { count code message remedy } connection { keptUnread { count } } }
     }`,
    { c: customerId, i: importId },
  );
  return {
    ids: unreadRecords.nodes.map(({ externalId }: { externalId: string }) => externalId).toSorted(),
    first: unreadRecords.nodes[0]?.id,
    ...one.progress,
    ...{ ofImport: one.keptUnread, ofConnection: one.connection.keptUnread },
  };
}
const again = (): Promise<unknown> => hub.ask('mutation { readUnreadAgain(platform: "gong") }');
const nothingKept = { ids: [], unusable: 0, ofImport: null, ofConnection: null };

describe.concurrent('what the hub cannot read', () => {
  test('is kept, and becomes calls when the connector is mended, without asking the platform', async () => {
    const { account, changed, connectionId, customerId } = await renaming(12);
    const { importId, end } = await wholeImport(account, connectionId);
    expect(end).toMatchObject({ status: 'COMPLETED_WITH_FAILURES', stored: 8, unusable: 4 });
    const kept = await keptOf(customerId, importId);
    expect(kept).toMatchObject({ ids: [...changed].toSorted(), ofConnection: { count: 4 } });
    expect(kept.ofImport).toMatchObject({ count: 4, code: 'PLATFORM_CHANGED', remedy: expect.any(String) });
    expect(kept.ofImport?.message).toBe('4 records kept unread. Gong: `started` is missing.');
    const { unreadDocument } = await hub.ask('query ($id: ID!) { unreadDocument(id: $id) }', { id: kept.first });
    expect(changed).toContain(JSON.parse(unreadDocument).metaData.id);
    expect(
      await hub.database.query("select 1 from audit_entries where act = 'unread-record.read' and customer_id = $1", [
        customerId,
      ]),
    ).toHaveLength(1);

    account.resetLedger();
    await again();
    expect(await heldIds(hub, customerId)).toHaveLength(8);
    for (const id of changed) mended.add(id);
    await again();
    await until('all is read', async () => (await keptOf(customerId, importId)).ids.length === 0);

    expect(await keptOf(customerId, importId)).toMatchObject({ ...nothingKept, stored: 12 });
    expect(await heldIds(hub, customerId)).toEqual(truthOf(account));
    expect(account.ledger()).toEqual([]);
    const { calls } = await hub.ask(
      'query ($c: ID!) { calls(customerId: $c, first: 100) { nodes { provenance { importId } } } }',
      {
        c: customerId,
      },
    );
    expect(new Set(calls.nodes.map((call: any) => call.provenance.importId))).toEqual(new Set([importId]));
  });

  test('keeps nobody else waiting when it is damaged', async () => {
    const several = await Promise.all([renaming(6), renaming(6)]);
    await Promise.all(several.map(({ account, connectionId }) => wholeImport(account, connectionId)));
    const lost = await Promise.all(
      several.map(async ({ customerId }) => {
        const [damaged] = await hub.database.query<{ external_id: string }>(
          `update unread_records set document = set_byte(document, 40, 255 - get_byte(document, 40))
           where id = (select id from unread_records where customer_id = $1 order by external_id limit 1) returning external_id`,
          [customerId],
        );
        return damaged?.external_id;
      }),
    );
    for (const id of several.flatMap(({ changed }) => changed)) mended.add(id);
    await again();
    for (const [i, { account, customerId }] of several.entries()) {
      const due = truthOf(account).filter(id => id !== lost[i]);
      await until('the others are read', async () => (await heldIds(hub, customerId)).length === due.length);
      expect(await heldIds(hub, customerId)).toEqual(due);
    }
    const codes = await until('it is noted', async () => {
      const rows = await hub.database.query<{ code: string }>(
        'select code from unread_records where customer_id = any ($1::uuid[])',
        [several.map(({ customerId }) => customerId)],
      );
      return rows.every(({ code }) => code === 'INTERNAL') && rows;
    });
    expect(codes).toHaveLength(2);
  });

  test('is not thrown away when the run that listed it is forgotten', async () => {
    const { account, changed, connectionId, customerId } = await renaming(6);
    const { importId } = await wholeImport(account, connectionId);
    await hub.database.query('delete from unusable_records where run_id = (select run_id from imports where id = $1)', [
      importId,
    ]);
    for (const id of changed) mended.add(id);
    await again();
    await until('all is read', async () => {
      const rows = await hub.database.query<{ reason: string }>(
        'select reason from unread_records where customer_id = $1',
        [customerId],
      );
      return rows.length < changed.length || rows.every(({ reason }) => reason.startsWith('It can be read now'));
    });
    expect((await keptOf(customerId, importId)).ids).toEqual([...changed].toSorted());
    account.tamper = undefined;
    await wholeImport(account, connectionId);
    expect((await keptOf(customerId, importId)).ids).toEqual([]);
    expect(await heldIds(hub, customerId)).toEqual(truthOf(account));
  });

  test('is settled by the next import that can read it, and is one call', async () => {
    const { account, connectionId, customerId } = await renaming(6);
    const first = await wholeImport(account, connectionId);
    expect(first.end).toMatchObject({ stored: 4, unusable: 2 });
    account.tamper = undefined;
    const second = await wholeImport(account, connectionId);
    expect(second.end).toMatchObject({ status: 'COMPLETED', stored: 6, added: 2 });
    expect(await keptOf(customerId, first.importId)).toMatchObject(nothingKept);
    await again();
    expect(await heldIds(hub, customerId)).toEqual(truthOf(account));
  });

  test('is dropped when it turns out to be none of the calls that were asked for', async () => {
    const { account, changed, connectionId, customerId } = await renaming(30);
    const { startImport: started } = await hub.ask(
      'mutation ($input: StartImportInput!) { startImport(input: $input) { id } }',
      { input: { connectionId, ...account.window, medium: 'PHONE' } },
    );
    await watchToEnd(hub, started.id);
    expect((await keptOf(customerId, started.id)).ids).toEqual([...changed].toSorted());
    for (const id of changed) mended.add(id);
    await again();
    await until('all is read', async () => (await keptOf(customerId, started.id)).ids.length === 0);
    const { calls } = await hub.ask(
      'query ($c: ID!) { calls(customerId: $c, first: 100) { nodes { medium externalId } } }',
      {
        c: customerId,
      },
    );
    expect(new Set(calls.nodes.map(({ medium }: { medium: string }) => medium))).toEqual(new Set(['PHONE']));
    const read = calls.nodes.filter(({ externalId }: { externalId: string }) => changed.includes(externalId));
    expect(read.length).toBeGreaterThan(0);
    expect(read.length).toBeLessThan(changed.length);
    expect(await keptOf(customerId, started.id)).toMatchObject({ ...nothingKept, stored: calls.nodes.length });
  });

  test('is read by itself when a hub starts with another version of the connector', async () => {
    const { account, changed, connectionId, customerId } = await renaming(6);
    const { importId } = await wholeImport(account, connectionId);
    for (const id of changed) mended.add(id);
    const next = await openHub(readConfig(hub.env), { log: openLog('silent'), wrap: learning });
    try {
      await until('all is read', async () => (await keptOf(customerId, importId)).ids.length === 0);
    } finally {
      await next.close();
    }
    expect(await heldIds(hub, customerId)).toEqual(truthOf(account));
  });
});
