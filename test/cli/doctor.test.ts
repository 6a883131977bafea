import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { startMailServer } from '../kit/mail-server.js';
import { startCollector } from '../kit/otlp.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer } from '../kit/trip.js';
import { until } from '../kit/until.js';

type Env = Readonly<Record<string, string>>;
interface Told {
  readonly code: number | null;
  readonly text: string;
}
interface Examined {
  readonly code: number | null;
  readonly text: string;
  readonly ok: boolean;
  /** `state about`, in order. */
  readonly states: readonly string[];
  says(about: string): string;
}

const root = path.join(import.meta.dirname, '../..');
const children: ChildProcess[] = [];
let dir: string;
let hub: TestHub;
let sandbox: GongSandbox;
let external: Env;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'patchbay-doctor-'));
  sandbox = await startGongSandbox({ calls: 10 });
  hub = await testHub(sandbox.env);
  await connectedCustomer(hub, sandbox);
  external = { ...hub.env, PATCHBAY_DATA_DIR: path.join(dir, 'external'), PORT: new URL(hub.url).port };
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await hub?.close();
  await sandbox?.close();
  await rm(dir, { recursive: true, force: true });
});

function start(program: string, env: Env, ...args: string[]): { child: ChildProcess; text(): string } {
  const child = spawn(process.execPath, [path.join(root, 'dist/src', program), ...args], {
    cwd: dir,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let text = '';
  child.stdout?.on('data', chunk => (text += String(chunk)));
  child.stderr?.on('data', chunk => (text += String(chunk)));
  return { child, text: () => text };
}

async function patchbay(env: Env, ...args: string[]): Promise<Told> {
  const { child, text } = start('patchbay.js', env, ...args);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text: text() };
}

async function examine(env: Env): Promise<Examined> {
  const { code, text } = await patchbay(env, 'doctor', '--json');
  const { ok, findings } = JSON.parse(text);
  return {
    ...{ code, text, ok },
    states: findings.map(({ state, about }: any) => `${state} ${about}`),
    says: about =>
      findings
        .filter((one: any) => one.about === about)
        .map(({ says }: any) => says)
        .join(' '),
  };
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return String(port);
}

test('a hub in good health has nothing that fails, and no secret of it is told', async () => {
  const collector = await startCollector();
  const { code, ok, states, says, text } = await examine({ ...external, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await collector.close();

  // A machine may be slow or full, or have no way to the platforms that no test stands in for; this hub sends no mails.
  // Whether a drill is over by now is chance.
  const unsettled = /^ok|disk|latency|alerting|platform (?!gong)/;
  expect(states.filter(state => !unsettled.test(state))).toEqual(['warn dead-man', 'warn notices', 'warn mail']);
  expect([code, ok]).toEqual([0, true]);
  expect(says('traces')).toBe(`${new URL(collector.url).host} takes them.`);
  expect(says('port')).toBe(`A hub answers at ${hub.url} and is ready.`);
  expect(says('migrations')).toBe('All have been made.');
  expect(says('serving role')).toMatch(/_app logs in and owns nothing\.$/);
  expect(says('encryption keys')).toBe('test (1 customer and the house); the first is for new customers.');
  expect(says('platform gong')).toMatch(/ answers \(\d{3} in \d+ ms\)\.$/);
  expect(says('runs')).toBe('0 runs are worked on by 0 workers, 0 wait; 1 process of the hub is connected.');
  const { password } = new URL(hub.database.url);
  for (const secret of [hub.adminKey, password, external['PATCHBAY_ENCRYPTION_KEYS']?.split(':')[1] ?? ''])
    expect(text).not.toContain(secret);
});

test('what is wrong fails, each with its remedy', async () => {
  const other = `other:${Buffer.alloc(32, 9).toString('base64')}`;
  const taken = createServer(socket => socket.end('220 mail\r\n')).listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const PORT = String((taken.address() as { port: number }).port);
  const PLATFORM_GONG_API_URL = `http://127.0.0.1:${await freePort()}`;

  const { code, ok, states, says } = await examine({
    ...external,
    OTEL_EXPORTER_OTLP_ENDPOINT: PLATFORM_GONG_API_URL,
    ...{ PATCHBAY_ENCRYPTION_KEYS: `${other},${external['PATCHBAY_ENCRYPTION_KEYS']}`, PORT, PLATFORM_GONG_API_URL },
  });
  taken.close();

  expect([code, ok]).toEqual([1, false]);
  expect(states.filter(state => state.startsWith('fail'))).toEqual([
    ...['fail port', 'fail platform gong', 'fail traces'],
  ]);
  expect(says('encryption keys')).toBe(
    'other (0 customers), test (1 customer and the house); the first is for new customers.',
  );

  const without = await examine({ ...external, PATCHBAY_ENCRYPTION_KEYS: other });
  expect(without.states).toContain('fail encryption keys');
  expect(without.says('encryption keys')).toMatch(/^A root key is wrapped by "test"/);

  const away = await examine({ ...external, DATABASE_URL: 'postgresql://me:secretword@127.0.0.1:1/none' });
  expect(away.states).toContain('fail database');
  expect(away.text).not.toContain('secretword');
});

test('every fault of the configuration is told, in words and for programs', async () => {
  const env = { PORT: 'x', PATCHBAY_ROLL: 'api', PATCHBAY_ADMIN_KEY: 'short' };

  const { states, code } = await examine(env);
  const told = await patchbay(env, 'doctor');

  expect(code).toBe(1);
  expect(states).toEqual(['ok program', ...Array(3).fill('fail configuration')]);
  expect(told.text).toMatch(/^fail +configuration +PORT must be a whole number/m);
  expect(told.text).toMatch(/^ +→ Correct it/m);
  expect(told.text).toMatch(/1 ok, 0 warn, 3 fail\n$/);
});

test('an embedded database is left as it is: unmade, running, stopped', async () => {
  const PATCHBAY_DATA_DIR = path.join(dir, 'embedded');
  const env = { PATCHBAY_DATA_DIR, PORT: await freePort(), LOG_LEVEL: 'warn' };

  const before = await examine(env);
  expect(before.says('database')).toBe('Embedded; it will be made at the first start.');
  expect(await readdir(dir)).not.toContain('embedded');

  const first = start('main.js', env);
  await until('the hub listens', () => first.text().includes('Patchbay listens'), 90_000);
  const running = await examine(env);
  expect(running.states.filter(state => state.startsWith('fail'))).toEqual([]);
  expect(running.says('database')).toMatch(/^PostgreSQL 18\.\d+ answers at 127\.0\.0\.1:\d+\.$/);
  expect(running.says('admin key')).toBe('1 works.');
  expect(running.says('port')).toMatch(/and is ready\.$/);
  expect(first.child.exitCode).toBeNull();
  first.child.kill('SIGTERM');
  await once(first.child, 'close');

  const stopped = await examine(env);
  expect(stopped.says('database')).toMatch(/^Embedded, and stopped/);
  expect(stopped.says('encryption keys')).toBe('first; which are in use was not looked at.');
  expect(stopped.states.filter(state => state.startsWith('fail'))).toEqual([]);

  const again = start('main.js', env);
  await until('the hub listens again', () => again.text().includes('Patchbay listens'), 90_000);
  again.child.kill('SIGTERM');
  await once(again.child, 'close');
}, 240_000);

test('it says how it is used', async () => {
  const told = await Promise.all([['--help'], [], ['cure'], ['doctor', '--quick']].map(args => patchbay({}, ...args)));

  expect(told.map(({ code }) => code)).toEqual([0, 1, 1, 1]);
  for (const { text } of told) expect(text).toContain('npm run patchbay -- <verb>');
  expect(told[2]?.text).toContain('There is no verb "cure".');
});

test('mail: that none is sent is said loudly, and whether the server takes any is tried', async () => {
  const server = await startMailServer();
  const withServer = (url: string) =>
    examine({ ...external, PATCHBAY_SMTP_URL: url, PATCHBAY_MAIL_FROM: 'hub@operator.example' });
  const [none, good] = [await examine(external), await withServer(server.url)];
  await server.close();
  const gone = await withServer(server.url.replace('://', '://user:mail-canary@'));

  expect(none.states).toContain('warn mail');
  expect(none.says('mail')).toContain('NOT sent');
  expect(good.states).toContain('ok mail');
  expect(server.received).toEqual([]);
  expect(gone.states).toContain('fail mail');
  expect(gone.says('mail')).toMatch(/ESOCKET|ECONN/);
  expect(gone.text).not.toContain('mail-canary');
});

test('whether anybody would be told of trouble is looked at: the drill, the dead-man address, and the channels', async () => {
  const set = (change: string): Promise<unknown> => hub.database.query(`update alerting set ${change}`);
  const long = `interval '1 hour'`;
  await hub.database.query(
    'update alerting set drill_began_at = now(), drill_cleared_at = now(), drilled_at = now(), drill_took = $1',
    ['20 s'],
  );
  await set('looked_at = now(), sender_looked_at = now(), pinged_at = now()');
  const withDeadMan = { ...external, PATCHBAY_DEADMAN_URL: 'https://deadman.example.com/canary' };
  const { createStaff } = await hub.ask('mutation ($i: CreateStaffInput!) { createStaff(input: $i) { id } }', {
    i: { name: 'Grace Hopper', email: 'grace@operator.example', role: 'CS' },
  });
  const channel = (more: object): Promise<unknown> =>
    hub.ask('mutation ($i: SetUpMailInput!) { setUpMail(input: $i) { id } }', {
      i: { name: 'Grace', recipientId: createStaff.id, ...more },
    });
  await channel({ topics: ['IMPORTS'] });
  const before = await examine(withDeadMan);
  expect(before.says('alerting')).toMatch(/^Looked for trouble \d+ s ago; the last drill, \d+ s ago, took \d+ s\.$/);
  expect(before.says('dead-man')).toMatch(/^Pinged \d+ s ago\.$/);
  expect(before.says('notices')).toMatch(/^1 channel, 0 told at once .* Nobody would be told\.$/);
  expect(before.text).not.toContain('canary');

  await channel({});
  await channel({ escalation: 'ONE_DAY' });
  await set(`pinged_at = now() - ${long}`);
  const after = await examine(withDeadMan);
  expect(after.states).toEqual(expect.arrayContaining(['ok notices', 'fail dead-man']));

  await hub.database.query(`update notice_channels set failing_since = now() - ${long} where escalation is not null`);
  expect((await examine(external)).says('notices')).toContain('Nothing gets through: Grace.');
  await hub.database.query('update notice_channels set failing_since = null');
  await hub.ask('mutation ($id: ID!) { endStaff(id: $id) { id } }', { id: createStaff.id });
  expect((await examine(external)).says('notices')).toContain('Mails for 3 of them reach nobody');
});

test('a worker is told which address it writes into links', async () => {
  const worker = { ...external, PATCHBAY_ROLE: 'worker' };

  expect((await examine(worker)).says('public URL')).toBe(`${hub.url}, as the API said that started last.`);
  await hub.database.query('delete from public_address');
  expect((await examine(worker)).states).toContain('warn public URL');
});
