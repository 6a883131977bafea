/** `npm run patchbay -- connections | imports | syncs | alerts | outbox` against a hub at work. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { help, helpOf } from '../../src/cli/help.js';
import { runHub } from '../../src/cli/hub/run-hub.js';
import { alertsOf, type WatchedHub, watchedHub } from '../kit/alerts.js';
import { patchbay } from '../kit/command-line.js';
import { bareCustomer, createEndpoint, happen, lookNow } from '../kit/endpoints.js';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { addContact, keptMails } from '../kit/guest.js';
import { type Receiver, startReceiver } from '../kit/receiver.js';
import { createSync, whenTurned } from '../kit/syncs.js';
import { connectedCustomer, startImport } from '../kit/trip.js';
import { until } from '../kit/until.js';

let hub: WatchedHub;
let accounts: GongAccounts;
let receiver: Receiver;
beforeAll(async () => {
  [accounts, receiver] = await Promise.all([startGongAccounts(), startReceiver()]);
  hub = await watchedHub(accounts.env);
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([accounts?.close(), receiver?.close()]);
});

interface Told {
  readonly code: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
  json(): any;
}

/** The same of a command without a process, which takes seconds to start. */
async function run(words: readonly string[], more: object = {}, isLive = false): Promise<Told> {
  let text = '';
  const terminal = { say: (said: string) => void (text += said), isLive, columns: 80 };
  const code = await runHub(hub.env, { words, hub: hub.url, json: false, dryRun: false, ...more }, terminal);
  return { code, text, json: () => JSON.parse(text) };
}

test('the help of a verb is its part alone, and how a hub is reached', () => {
  expect(helpOf('syncs')).toMatch(
    /^Usage: .*\n\n {2}syncs .*\n {2}syncs run\|pause\|resume .*\n +These ask a running hub[^]*refused\.\n$/,
  );
  expect(helpOf('keys')).toMatch(/keys list[^]*--dry-run/);
  expect(helpOf('keys')).not.toMatch(/outbox|These ask/);
  expect([helpOf(undefined), helpOf('nothing')]).toEqual([help, help]);
  expect(help).toContain(helpOf('outbox').split('\n').slice(2).join('\n'));
});

const hostile = '\u001b[2J\u009b1m\u202etxet <!channel> =cmd|calc';

test('imports are listed, watched, paused, resumed and cancelled', async () => {
  const account = await accounts.open({ calls: 300 });
  const { connectionId, customerId } = await connectedCustomer(hub, account);
  let free: () => void = () => undefined;
  const held = new Promise<void>(resolve => {
    free = resolve;
  });
  account.onRequest = () => held;
  const id = await startImport(hub, account, connectionId);

  const paused = await run(['imports', 'pause', id]);
  expect([paused.code, paused.text.split('  ')[0]]).toEqual([0, id]);
  expect((await run(['imports', 'resume', id])).code).toBe(0);
  const watching = run(['imports', 'watch', id], {}, true);
  free();
  const watched = await watching;

  expect(watched.code).toBe(0);
  const anew = '\r\u001b[K';
  expect(watched.text.startsWith(anew)).toBe(true);
  for (const line of watched.text.trimEnd().split(anew).slice(1)) expect(line).toMatch(/^[█░]{30} {2}.{1,48}$/);
  expect(watched.text).toMatch(/█{30} {2}COMPLETED, 300 of 300 calls\n$/);
  const plain = await run(['imports', 'watch', id]);
  expect([plain.code, plain.text]).toEqual([0, 'COMPLETED, 300 of 300 calls\n']);
  const listed = await run(['imports'], { customer: customerId, status: 'completed' });
  expect(listed.text).toMatch(new RegExp(`^id +status .*\n${id} +COMPLETED +\\S.* gong .* 300 of 300 `));
  expect((await run(['imports'], { json: true, customer: customerId })).json()).toMatchObject({
    ...{ totalCount: 1, nodes: [{ id, status: 'COMPLETED', progress: { stored: 300, problem: null } }] },
  });

  const over = await run(['imports', 'cancel', id]);
  expect(over.code).toBe(1);
  expect(over.text).toMatch(/^CONFLICT: /);
  account.refuse = () => 401;
  const failing = await startImport(hub, account, connectionId);
  await until('it waits', async () => (await run(['imports'], { customer: customerId })).text.match(/WAITING|PAUSED/));
  expect((await run(['imports', 'cancel', failing])).code).toBe(0);
  expect((await run(['imports', 'watch', failing])).code).toBe(1);
});

test('connections are listed with their customers, and a contact is sent a link', async () => {
  const account = await accounts.open({ calls: 3 });
  const { connectionId, customerId } = await connectedCustomer(hub, account);
  const { customer } = await hub.ask('query ($id: ID!) { customer(id: $id) { name } }', { id: customerId });

  const { text } = await run(['connections'], { customer: customerId, state: 'valid' });
  expect(text).toMatch(new RegExp(`^id +customer .*\n${connectionId} +${customer.name} +gong .* VALID `));
  expect((await run(['connections'], { customer: customerId, state: 'broken' })).text).toBe('There are none.\n');
  expect((await run(['connections', 'link', connectionId])).text).toMatch(/has no contact yet/);
  const { id: first } = await addContact(hub, customerId);
  const mailed = await run(['connections', 'link', connectionId]);
  expect(mailed).toMatchObject({ code: 0, text: expect.stringMatching(/^The link is mailed to .* and works until /) });
  expect((await keptMails(hub, customerId)).some(mail => mail.text.includes('/connect/'))).toBe(true);
  await addContact(hub, customerId, 'Grace Hopper');
  const unsaid = await run(['connections', 'link', connectionId]);
  expect([unsaid.code, unsaid.text.split('\n').length]).toEqual([1, 4]);
  const shown = await run(['connections', 'link', connectionId], { contact: first, show: true });
  expect(shown.text).toMatch(/^The link http:\S+\/connect\/\S+ is for /);
});

test('syncs are listed with their health, run at once, paused and resumed', async () => {
  const account = await accounts.open({ calls: 10 });
  const { connectionId, customerId } = await connectedCustomer(hub, account);
  const { id } = await createSync(hub, { connectionId, schedule: { cadence: 'HOURLY' } });

  await whenTurned(hub, id, 1);
  expect((await run(['syncs', 'run', id], { json: true })).json()).toEqual([{ id, state: 'ACTIVE' }]);
  await whenTurned(hub, id, 2);
  const [paused, listed] = [await run(['syncs', 'pause', id]), await run(['syncs'], { customer: customerId })];
  expect([paused.code, paused.text]).toEqual([0, `${id}  PAUSED\n`]);
  expect(listed.text).toMatch(new RegExp(`^id +state +health .*\n${id} +PAUSED +halted `));
  expect((await run(['syncs', 'resume', id])).text).toBe(`${id}  ACTIVE\n`);
  const mixed = await run(['syncs', 'pause', crypto.randomUUID(), id]);
  expect(mixed.code).toBe(1);
  expect(mixed.text).toMatch(/^NOT_FOUND: .*\n.* PAUSED\n$/);
});

test('alerts are listed, acknowledged, snoozed and resolved, and what they quote does nothing to a terminal', async () => {
  const account = await accounts.open({ calls: 10 });
  const { connectionId, customerId } = await connectedCustomer(hub, account);
  await hub.database.query(
    "update connections set credential_health = 'broken', credential_checked_at = business_now(), account_name = $2 where id = $1",
    [connectionId, hostile],
  );
  await hub.look();
  await hub.look(2);
  const [alert] = await alertsOf(hub, customerId);

  for (const json of [false, true]) {
    const { text } = await run(['alerts'], { customer: customerId, json });
    expect(text).toContain(alert.id);
    expect(text).toContain('CREDENTIAL_BROKEN');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
  expect((await run(['alerts', 'ack', alert.id])).text).toBe(`${alert.id}  ACKNOWLEDGED\n`);
  expect((await run(['alerts', 'snooze', alert.id], { for: '4h' })).code).toBe(0);
  const [snoozed] = await alertsOf(hub, customerId);
  const hours = (Date.parse(snoozed.snoozedUntil) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(3.5);
  expect(hours).toBeLessThanOrEqual(4);
  expect((await run(['alerts', 'snooze', alert.id])).text).toMatch(/--for 30m/);
  expect((await run(['alerts', 'resolve', alert.id])).text).toBe(`${alert.id}  RESOLVED\n`);
});

test('what was given up is counted, and sent again', async () => {
  const customerId = await bareCustomer(hub);
  const { id: endpoint } = await createEndpoint(hub, { customerId, url: receiver.url });
  // So that nothing is in hand while it is given up.
  await hub.database.query("update endpoints set resume_at = now() + interval '1 hour' where id = $1", [endpoint]);
  await happen(hub, customerId, 3);
  const dead = await until('three are queued', async () => {
    const rows = await hub.database.query<{ id: string }>(
      "update deliveries set status = 'DEAD' where endpoint_id = $1 returning id",
      [endpoint],
    );
    return rows.length === 3 && rows;
  });
  await hub.database.query('update endpoints set resume_at = null where id = $1', [endpoint]);
  receiver.received.length = 0;

  const counts = (await run(['outbox'], { endpoint, json: true })).json();
  expect(counts).toMatchObject({ deadMessages: 3, waitingMessages: 0 });
  expect((await run(['outbox'], { endpoint })).text).toMatch(/^messages to endpoints: 0 wait, 3 given up/);
  const looked = await run(['outbox', 'replay'], { endpoint, dryRun: true, json: true });
  expect(looked.json().toSorted()).toEqual(dead.map(({ id }) => id).toSorted());
  expect((await run(['outbox', 'replay'], { endpoint })).code).toBe(0);
  await lookNow(hub);
  await until('they have arrived', () => receiver.messages().length === 3);
  expect((await run(['outbox', 'replay'], { endpoint })).text).toBe('Nothing was given up.\n');

  const from = '2020-01-01T00:00:00Z';
  expect((await run(['outbox', 'replay'], { endpoint, from })).text).toBe('0 messages are sent.\n');
  expect((await run(['outbox', 'replay'], { from })).code).toBe(1);
});

test('what cannot be done is said in a line', async () => {
  const stranger = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  const { port } = stranger.address() as { port: number };
  for (const [words, more, says] of [
    [['imports', 'explode'], {}, /^There is no act "explode" on imports\.\n\n {2}connections /],
    [['imports', 'constructor'], {}, /^There is no act "constructor"/],
    [['imports', 'watch'], {}, /^Say which import, by id\.\n$/],
    [['imports', 'watch', crypto.randomUUID()], {}, /^NOT_FOUND: /],
    [['imports'], { status: 'sleeping' }, /^INVALID_INPUT: /],
    [['syncs', 'run'], {}, /^Say which, by id\.\n$/],
    [['syncs'], { limit: '0' }, /^--limit must be/],
    [['syncs'], { state: 'active,paused' }, /^--state of syncs is one of ACTIVE and PAUSED\.\n$/],
    [['imports', 'cancel', crypto.randomUUID()], { dryRun: true }, /^--dry-run only goes with outbox replay\.\n$/],
    [['alerts'], { hub: 'ftp://example.com' }, /^--hub must be an address/],
    [['alerts'], { hub: `http://127.0.0.1:${port}` }, /is no hub\.\n$/],
    [['alerts'], { hub: 'http://127.0.0.1:1' }, /^No hub answers at http:\/\/127\.0\.0\.1:1: start it/],
  ] as const) {
    const { code, text } = await run(words, more);
    expect([code, text]).toEqual([1, expect.stringMatching(says)]);
  }
  stranger.close();
});

test('a hub that cannot answer now is asked again, and is no refusal', async () => {
  const progress = {
    status: 'COMPLETED',
    finished: true,
    sequence: 1,
    found: 2,
    stored: 2,
    unusable: 0,
    problem: null,
  };
  const refusals = ['UNAVAILABLE', 'RATE_LIMITED'].map(code => ({
    errors: [{ message: 'Later.', extensions: { code } }],
  }));
  const waiting: object[] = [];
  const busy = createServer((request, response) => {
    request.resume().on('end', () => {
      const later = waiting.shift();
      response.writeHead(later === undefined ? 200 : 503, { 'retry-after': '0' });
      const data = { import: { progress }, done: { id: 'a', state: 'WAITING' } };
      response.end(JSON.stringify(later ?? { data }));
    });
  }).listen(0, '127.0.0.1');
  await once(busy, 'listening');
  const at = { hub: `http://127.0.0.1:${(busy.address() as { port: number }).port}` };

  waiting.push(...refusals);
  const watched = await run(['imports', 'watch', 'one'], at);
  expect([watched.code, watched.text, waiting.length]).toEqual([0, expect.stringMatching(/^COMPLETED, 2 of 2/), 0]);
  waiting.push(...refusals);
  const replayed = await run(['outbox', 'replay', 'a'], at);
  expect([replayed.code, replayed.text, waiting.length]).toEqual([0, 'a  WAITING\n', 0]);
  busy.close();
});

test('a key goes to no hub that it is not for, and nowhere without TLS but to private addresses', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'patchbay-cli-'));
  await writeFile(path.join(dir, 'admin-key'), `${hub.adminKey}\n`);
  const asked: (string | undefined)[] = [];
  const stranger = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  const { port } = stranger.address() as { port: number };
  const to = async (address: string, env: Readonly<Record<string, string>>) => {
    let text = '';
    const terminal = { say: (said: string) => void (text += said), isLive: false, columns: 80 };
    const said = { words: ['alerts'], hub: address, json: false, dryRun: false };
    const code = await runHub({ PATCHBAY_DATA_DIR: dir, ...env }, said, terminal);
    return [code, text] as const;
  };

  const unnamed = await to(`http://127.0.0.1:${port}`, {});
  expect(unnamed).toEqual([1, expect.stringMatching(/--hub: set PATCHBAY_ADMIN_KEY/)]);
  const PATCHBAY_ADMIN_KEY = hub.adminKey;
  for (const address of ['http://203.0.113.7', `http://0.0.0.0:${port}`]) {
    const open = await to(address, { PATCHBAY_ADMIN_KEY, PATCHBAY_EGRESS_ALLOW: new URL(address).host });
    expect(open).toEqual([1, expect.stringMatching(/without TLS: name the hub with https/)]);
  }
  expect(asked).toEqual([]);
  expect(await to(`http://localhost:${port}`, { PATCHBAY_ADMIN_KEY })).toEqual([1, expect.stringMatching(/no hub/)]);
  expect(asked).toEqual([`Bearer ${PATCHBAY_ADMIN_KEY}`]);
  stranger.close();
  await rm(dir, { recursive: true, force: true });
});

test('as a program it finds the hub and the key by itself, and never shows the key', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'patchbay-cli-'));
  await writeFile(path.join(dir, 'admin-key'), `${hub.adminKey}\n`);
  const PORT = new URL(hub.url).port;

  const { code, text } = await patchbay({ PATCHBAY_DATA_DIR: dir, PORT }, ['imports', '--json']);

  expect(code).toBe(0);
  expect(JSON.parse(text)).toMatchObject({ nodes: expect.any(Array) });
  expect(text).not.toContain(hub.adminKey);
  await writeFile(path.join(dir, 'admin-key'), 'pb_wrong-key-that-nobody-has-ever-had\n');
  const refused = await patchbay({ PATCHBAY_DATA_DIR: dir, PORT }, ['imports']);
  expect([refused.code, refused.text]).toEqual([1, expect.stringMatching(/^UNAUTHENTICATED: /)]);
  await rm(dir, { recursive: true, force: true });
});
