import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectorSource, platformsDirectory } from '../catalog/made-up-platforms.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer } from '../kit/trip.js';

let sandbox: GongSandbox;
let hub: TestHub;
let connectionId: string;

beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 5 });
  // Nobody works: what is refused must be refused at once, and what is accepted stays queued.
  hub = await testHub({ ...sandbox.env, PATCHBAY_ROLE: 'api' });
  ({ connectionId } = await connectedCustomer(hub, sandbox));
});
afterAll(async () => {
  await hub.close();
  await sandbox.close();
});

const startDocument = 'mutation ($input: StartImportInput!) { startImport(input: $input) { id status from to } }';
const start = async (input: object) =>
  (await hub.ask(startDocument, { input: { connectionId, ...input } })).startImport;
const refusal = async (input: object) =>
  (await hub.refused(startDocument, { input: { connectionId, ...input } })).extensions;
const fromNow = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
const imports = async () => (await hub.database.query('select id from imports')).length;

describe('the window of an import', () => {
  test.each([
    ['reversed', () => ({ from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }), 'input.to'],
    ['empty', () => ({ from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }), 'input.to'],
    ['partly in the future', () => ({ from: '2026-01-01T00:00:00Z', to: fromNow(3_600) }), 'input.to'],
    ['wholly in the future', () => ({ from: fromNow(3_600), to: fromNow(7_200) }), 'input.to'],
    ['a few seconds in the future', () => ({ from: fromNow(20), to: fromNow(40) }), 'input.from'],
  ])('that is %s is refused with its field and a remedy, and nothing is stored', async (_, window, field) => {
    const before = await imports();
    expect(await refusal(window())).toEqual({ code: 'INVALID_WINDOW', field, remedy: expect.stringMatching(/^Give /) });
    expect(await imports()).toBe(before);
  });

  test.each([
    ['no time at all', 'yesterday'],
    ['a day that does not exist', '2026-02-30T00:00:00Z'],
    ['a date without a time', '2026-01-01'],
    ['a time without a zone', '2026-01-01T00:00:00'],
    ['a time of another zone', '2026-01-01T00:00:00+02:00'],
    ['a number', 1_767_225_600_000],
    ['nothing', null],
  ])('with %s is refused with its field and a remedy', async (_, from) => {
    const before = await imports();
    expect(await refusal({ from, to: '2026-02-01T00:00:00Z' })).toEqual({
      code: 'INVALID_INPUT',
      field: 'input.from',
      remedy: expect.any(String),
    });
    expect(await imports()).toBe(before);
  });

  test('may end now, as a clock that goes a little wrong sees it, and is cut at the true now', async () => {
    const started = await start({ from: fromNow(-60), to: fromNow(30) });
    expect(started.status).toBe('QUEUED');
    expect(Date.parse(started.to)).toBeLessThanOrEqual(Date.now());
  });

  test('that reaches further back than the platform is refused with the earliest time that it may have', async () => {
    const platformFolders = [
      await platformsDirectory({ shortlived: { 'connector.js': connectorSource('shortlived') } }),
    ];
    const platform = createServer((_request, response) => response.end('{"calls":[]}')).listen(0, '127.0.0.1');
    await once(platform, 'listening');
    const other = await testHub(
      {
        PATCHBAY_ROLE: 'api',
        PLATFORM_SHORTLIVED_API_URL: `http://127.0.0.1:${(platform.address() as AddressInfo).port}`,
        PATCHBAY_EGRESS_ALLOW: '127.0.0.1',
      },
      { platformFolders },
    );
    try {
      const { createCustomer } = await other.ask('mutation { createCustomer(input: { name: "Acme" }) { id } }');
      const { connectWithSecret } = await other.ask(
        `mutation ($c: ID!) { connectWithSecret(input: { customerId: $c, platform: "shortlived",
           secret: [{ name: "key", value: "a" }] }) { id } }`,
        { c: createCustomer.id },
      );
      const input = { connectionId: connectWithSecret.id, from: fromNow(-91 * 86_400), to: fromNow(-86_400) };
      const { extensions } = await other.refused(startDocument, { input });
      expect(extensions).toMatchObject({ code: 'INVALID_WINDOW', field: 'input.from' });
      const [earliest = ''] = /\d{4}-[^ ]*Z/.exec(extensions.remedy ?? '') ?? [];
      await other.ask(startDocument, {
        input: { ...input, from: new Date(Date.parse(earliest) + 5_000).toISOString() },
      });
    } finally {
      await other.close();
      platform.close();
    }
  });
});

test.each([
  ['unknown', randomUUID()],
  ['no id at all', 'connection'],
])('an import through a connection that is %s is refused as not found', async (_, id) => {
  const window = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
  expect(await refusal({ connectionId: id, ...window })).toMatchObject({ code: 'NOT_FOUND' });
});

test('an import that is started is written down with who asked for it and what window', async () => {
  const { id } = await start({ from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' });
  const [entry] = await hub.database.query<{ act: string; details: object }>(
    'select act, details from audit_entries where target = $1',
    [`import ${id}`],
  );
  expect(entry).toEqual({
    act: 'import.started',
    details: { platform: 'gong', from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
  });
});
