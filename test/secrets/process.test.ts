import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { graphql, subscribe } from '../kit/client.js';
import { type FaultProxy, openFaultProxy } from '../kit/fault-proxy.js';
import { type FreshDatabase, freshDatabase } from '../kit/database.js';
import { type Canary, canaryValue, hits } from './canaries.js';
import { dumpOf } from './dump.js';
import { type Mood, type MoodyGong, startMoodyGong } from './moody-gong.js';

const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const moods: readonly Mood[] = [
  ...(['good', 'good at first', 'refuses', 'forbids', 'does not understand', 'breaks in HTML'] as const),
  ...(['stammers', 'names itself oddly', 'redirects', 'is busy', 'hangs up'] as const),
];

/** A hub process, all its secrets, and everything that it wrote and answered. */
interface Tour {
  readonly database: FreshDatabase;
  readonly canaries: Canary[];
  readonly spoken: Canary;
  /** What it wrote to standard output and standard error. */
  readonly written: () => string;
  /** What it answered, where no secret was asked for. */
  readonly answered: string[];
  readonly codes: Set<string>;
  readonly dump: string;
}

const levels = ['debug', 'trace'] as const;
const tours = new Map<string, Tour>();
let gong: MoodyGong;
const spoken: Canary = { name: 'transcript', value: `said-${randomBytes(12).toString('hex')}` };
beforeAll(async () => {
  gong = await startMoodyGong(String(spoken.value));
  // Side by side: most of a tour is waiting.
  for (const [level, toured] of await Promise.all(levels.map(async level => [level, await tour(level)] as const)))
    tours.set(level, toured);
});
afterAll(async () => {
  await gong?.close();
  for (const { database } of tours.values()) await database.drop();
});

/** Everything that a hub does with secrets, gone through once, in a process of its own. */
async function tour(logLevel: string): Promise<Tour> {
  const database = await freshDatabase();
  const canaries: Canary[] = [spoken];
  const canary = (name: string, value: string | Buffer = canaryValue(name)): string => {
    canaries.push({ name, value });
    return String(value);
  };
  const encryptionKey = randomBytes(32);
  canary('encryption key', encryptionKey);
  const owner = await ownerOf(database, canary('database password', randomBytes(18).toString('base64url')));
  canary('serving password', servingPassword(database, encryptionKey));
  const adminKey = canary('admin key', `pb_${randomBytes(32).toString('base64url')}`);
  await keepJobs(database);
  const line = await openFaultProxy(owner);

  const env = {
    DATABASE_URL: line.via(owner),
    PATCHBAY_ADMIN_KEY: adminKey,
    PATCHBAY_ENCRYPTION_KEYS: `first:${encryptionKey.toString('base64')}`,
    PATCHBAY_EGRESS_ALLOW: '127.0.0.1',
    PLATFORM_GONG_API_URL: gong.url,
    PORT: '0',
    LOG_LEVEL: logLevel,
    DEBUG: '*',
  };
  const hub = await startHub(env);
  const answered: string[] = [];
  const codes = new Set<string>();
  const tourist = new Tourist(hub.url, adminKey, answered, codes, canary);
  await tourist.connectInEveryMood();
  await tourist.sendSecretsToWrongPlaces();
  await tourist.loseTheDatabase(line);
  hub.child.kill('SIGTERM');
  await hub.ended;
  await line.close();
  return { database, canaries, spoken, written: hub.written, answered, codes, dump: await dumpOf(database.url) };
}

/** The owner of the database under a password that is a canary. */
async function ownerOf(database: FreshDatabase, password: string): Promise<string> {
  const url = new URL(database.url);
  const name = `owner_${url.pathname.slice(1)}`;
  await database.query(`create role ${name} login superuser password '${password}'`);
  url.username = name;
  url.password = password;
  return url.href;
}

function servingPassword({ url }: FreshDatabase, key: Buffer): string {
  return createHmac('sha256', key)
    .update(`serving role ${new URL(url).pathname.slice(1)}_app`)
    .digest('hex');
}

/** Jobs are deleted when they are done; this keeps what every row ever held. */
async function keepJobs(database: FreshDatabase): Promise<void> {
  await database.query('create table kept_jobs (held text)');
  await database.query(`create function keep_job() returns trigger language plpgsql security definer as
    $$ begin insert into public.kept_jobs values (new::text); return new; end $$`);
  await database.query(`create function keep_jobs() returns event_trigger language plpgsql as
    $$ begin
      if to_regclass('jobs.agenda_jobs') is not null and not exists (select from pg_trigger where tgname = 'kept') then
        create trigger kept after insert or update on jobs.agenda_jobs for each row execute function public.keep_job();
      end if;
    end $$`);
  await database.query(
    "create event trigger keeping on ddl_command_end when tag in ('CREATE INDEX') execute function keep_jobs()",
  );
}

interface Process {
  readonly child: ChildProcess;
  readonly url: string;
  readonly written: () => string;
  readonly ended: Promise<number | null>;
}

function spawnHub(env: Readonly<Record<string, string>>): Omit<Process, 'url'> {
  const child = spawn(process.execPath, [main], { env: { PATH: process.env.PATH, ...env } });
  let written = '';
  child.stdout.on('data', chunk => (written += String(chunk)));
  child.stderr.on('data', chunk => (written += String(chunk)));
  return { child, written: () => written, ended: new Promise(resolve => child.once('close', resolve)) };
}

async function startHub(env: Readonly<Record<string, string>>): Promise<Process> {
  const hub = spawnHub(env);
  const url = await new Promise<string>((resolve, reject) => {
    hub.child.stdout?.on('data', () => {
      const [, found] = /Patchbay listens at (\S+)\/graphql/.exec(hub.written()) ?? [];
      if (found !== undefined) resolve(found);
    });
    void hub.ended.then(() => reject(new Error(`The hub ended early:\n${hub.written()}`)));
  });
  return { ...hub, url };
}

/** Goes where secrets go, and where they go wrong. */
class Tourist {
  readonly #secrets = new Map<Mood, { key: string; secret: string }>();

  constructor(
    readonly url: string,
    readonly key: string,
    readonly answered: string[],
    readonly codes: Set<string>,
    readonly canary: (name: string, value?: string) => string,
  ) {}

  async #ask(query: string, variables: object = {}, key: string | undefined = this.key) {
    const answer = await graphql(this.url, key, query, variables);
    for (const { extensions } of answer.errors ?? []) this.codes.add(extensions.code);
    return answer;
  }

  /** For answers in which no secret may stand. */
  async #quietly(query: string, variables: object = {}, key?: string) {
    const { data, errors, headers } = await this.#ask(query, variables, key);
    this.answered.push(JSON.stringify({ data, errors, headers: [...headers] }));
    return data;
  }

  async connectInEveryMood(): Promise<void> {
    const { createCustomer } = await this.#quietly('mutation { createCustomer(input: { name: "Acme" }) { id } }');
    const customerId: string = createCustomer.id;
    const makeKey = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }';
    const { data: made } = await this.#ask(makeKey, { input: { label: 'a key', role: 'CUSTOMER', customerId } });
    const own = this.canary('API key', made.createApiKey.secret);
    const { data: revoked } = await this.#ask(makeKey, { input: { label: 'b', role: 'SERVICE' } });
    const ended = this.canary('revoked API key', revoked.createApiKey.secret);
    await this.#quietly('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: revoked.createApiKey.apiKey.id });
    for (const wrong of [ended, this.canary('unknown API key', `pb_${randomBytes(32).toString('base64url')}`)])
      await this.#quietly('{ viewer { name } }', {}, wrong);

    const connect = `mutation ($input: ConnectWithSecretInput!) {
      connectWithSecret(input: $input) { id accountName warnings { message } lastError { message } createdBy }
    }`;
    const connected = await Promise.all(
      moods.map(async mood => {
        const pair = {
          key: this.canary(`access key (${mood})`),
          secret: this.canary(`secret (${mood})`),
        };
        this.canary(`header (${mood})`, Buffer.from(`${pair.key}:${pair.secret}`).toString('base64'));
        this.#secrets.set(mood, pair);
        gong.add(pair.key, pair.secret, mood);
        const secret = Object.entries(pair).map(([name, value]) => ({ name, value }));
        const data = await this.#quietly(connect, { input: { customerId, platform: 'gong', secret } }, own);
        return data?.connectWithSecret?.id as string | undefined;
      }),
    );
    for (const id of new Set(connected.filter(id => id !== undefined))) await this.#import(id, own);
    await this.#quietly('{ connections { nodes { id accountName lastError { message remedy } } } }', {}, own);
    await this.#quietly(
      '{ imports { nodes { id status progress { problem { code message remedy } } unusable { nodes { reason } } } } }',
    );
    await this.#quietly('query ($id: ID) { auditEntries(customerId: $id) { nodes { act target details } } }', {
      id: customerId,
    });
    await this.#quietly('{ apiKeys { nodes { id label } } }');
  }

  async #import(connectionId: string, key: string): Promise<void> {
    const start = 'mutation ($input: StartImportInput!) { startImport(input: $input) { id } }';
    const { startImport } = await this.#quietly(start, { input: { connectionId, ...gong.window } }, key);
    const watch =
      'subscription ($id: ID!) { importProgress(importId: $id) { status finished problem { code message } waitReason } }';
    for await (const each of subscribe(this.url, key, watch, { id: startImport.id })) {
      this.answered.push(JSON.stringify(each));
      this.codes.add(each.data.importProgress.problem?.code ?? each.data.importProgress.status);
    }
    const { data } = await this.#ask(
      'query ($id: ID!) { calls(customerId: $id) { nodes { transcript { lines { text } } } } }',
      {
        id: (await this.#ask('{ viewer { customerId } }', {}, key)).data.viewer.customerId,
      },
    );
    this.codes.add(JSON.stringify(data).includes(String(spoken.value)) ? 'transcript read' : 'no transcript');
  }

  /** Secrets where none belongs: in bodies that cannot be read, in documents, in ids, in names. */
  async sendSecretsToWrongPlaces(): Promise<void> {
    const { secret } = this.#secrets.get('good') ?? { secret: '' };
    const post = async (body: string, headers: Record<string, string> = {}, path = '/graphql'): Promise<void> => {
      const response = await fetch(`${this.url}${path}`, {
        ...{ method: 'POST', body },
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}`, ...headers },
      });
      this.answered.push(await response.text(), JSON.stringify([...response.headers]));
    };
    const quoted = JSON.stringify(secret);
    await post(`{"query": ${quoted}, "variables": {`);
    await post(`${secret}`);
    await post(`"${'x'.repeat(200_000)}${secret}"`);
    await post(quoted, { 'content-type': 'text/plain' });
    await post(`[${quoted}]`);
    await post(JSON.stringify({ query: `{ viewer(secret: ${quoted}) { name } }` }));
    await post(JSON.stringify({ query: `mutation { connectWithSecret(input: ${quoted}) { id } }` }));
    await post(JSON.stringify({ query: `{ viewer { name } } ${quoted}` }));
    await post(JSON.stringify({ query: '{ viewer { name } }', operationName: secret }));
    await post(JSON.stringify({ query: '{ viewer { name } }', variables: secret, extensions: { secret } }));
    await post('{}', { 'content-encoding': secret.replaceAll(/[^!-~]/g, '') });
    await post('{}', { authorization: `Basic ${Buffer.from(secret).toString('base64')}` }, '/elsewhere');
    await post('{}', {}, `/graphql/${encodeURIComponent(secret)}?key=${encodeURIComponent(secret)}`);

    for (const [document, variables] of [
      ['query ($v: ID!) { call(id: $v) { id } }', { v: secret }],
      ['query ($v: ID!) { import(id: $v) { id } }', { v: secret }],
      ['query ($v: ID!) { calls(customerId: $v) { totalCount } }', { v: secret }],
      ['query ($v: ID!) { platform(id: $v) { id } }', { v: secret }],
      ['query ($v: String) { imports(after: $v) { totalCount } }', { v: secret }],
      ['query ($v: String) { customers(search: $v) { totalCount } }', { v: `${secret}\n` }],
      ['query ($v: String) { customers(search: $v) { totalCount } }', { v: `${secret}\0` }],
      ['query ($v: CallFilter) { calls(customerId: "x", filter: $v) { totalCount } }', { v: { title: `${secret}\0` } }],
      ['query ($v: CallFilter) { calls(customerId: "x", filter: $v) { totalCount } }', { v: { from: secret } }],
      ['query ($v: [ImportStatus!]) { imports(status: $v) { totalCount } }', { v: [secret] }],
      ['query ($v: Int) { imports(first: $v) { totalCount } }', { v: secret }],
      ['mutation ($v: CreateApiKeyInput!) { createApiKey(input: $v) { secret } }', { v: { label: 'l', role: secret } }],
      [
        'mutation ($v: CreateApiKeyInput!) { createApiKey(input: $v) { secret } }',
        { v: { label: 'l', role: 'CS', staffId: secret } },
      ],
      [
        'mutation ($v: CreateStaffInput!) { createStaff(input: $v) { id } }',
        { v: { name: 'n', email: secret, role: 'CS' } },
      ],
      ['mutation ($v: CreateCustomerInput!) { createCustomer(input: $v) { id } }', { v: { name: secret, secret } }],
      ['mutation ($v: CreateCustomerInput!) { createCustomer(input: $v) { id } }', { v: { name: { secret } } }],
      [
        'mutation ($v: ConnectWithSecretInput!) { connectWithSecret(input: $v) { id } }',
        { v: { customerId: secret, platform: 'gong', secret: [] } },
      ],
      [
        'mutation ($v: ConnectWithSecretInput!) { connectWithSecret(input: $v) { id } }',
        { v: { customerId: 'x', platform: secret, secret } },
      ],
    ] as const)
      await this.#quietly(document, variables);
    const customerId = (await this.#ask('{ customers { nodes { id } } }')).data.customers.nodes[0].id;
    for (const values of [
      [{ name: secret, value: secret }],
      [
        { name: 'key', value: `${secret}\nmore` },
        { name: 'secret', value: secret },
      ],
      [
        { name: 'key', value: secret.repeat(100) },
        { name: 'secret', value: secret },
      ],
      [
        { name: 'key', value: secret },
        { name: 'secret', value: secret },
        { name: 'key', value: secret },
      ],
      // Wrong: the right secret under the wrong key.
      [
        { name: 'key', value: 'nobody' },
        { name: 'secret', value: secret },
      ],
    ])
      await this.#quietly('mutation ($v: ConnectWithSecretInput!) { connectWithSecret(input: $v) { id } }', {
        v: { customerId, platform: 'gong', secret: values },
      });
    await this.#socket([JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${secret}` } })]);
    await this.#socket([`{"type": "connection_init", ${secret}`]);
    const init = JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${this.key}` } });
    await this.#socket([init, `{"id": ${quoted}, "type": "subscribe", "payload": ${quoted}}`]);
    await this.#socket([init, `{"type": ${quoted}}`]);
    await this.#socket([
      init,
      JSON.stringify({ id: '1', type: 'subscribe', payload: { query: `{ viewer ${quoted}` } }),
    ]);
    await this.#socket([init, secret.repeat(3_000)]);
  }

  /** Says these frames and hears the answer, until the hub closes or has answered the last one. */
  async #socket(frames: readonly string[]): Promise<void> {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const closed = new Promise<void>(resolve =>
      socket.on('close', (code, reason) => {
        this.answered.push(`${code} ${String(reason)}`);
        resolve();
      }),
    );
    let heard = 0;
    socket.on('open', () => socket.send(frames[0] ?? ''));
    socket.on('message', data => {
      this.answered.push(String(data));
      heard += 1;
      const next = frames[heard];
      if (next === undefined) socket.close();
      else socket.send(next);
    });
    await closed;
  }

  async loseTheDatabase(line: FaultProxy): Promise<void> {
    line.cut();
    const pair = Object.entries(this.#secrets.get('good') ?? {}).map(([name, value]) => ({ name, value }));
    await this.#quietly('{ viewer { name } }');
    await this.#quietly('mutation ($v: ConnectWithSecretInput!) { connectWithSecret(input: $v) { id } }', {
      v: { customerId: 'x', platform: 'gong', secret: pair },
    });
    const init = JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${this.key}` } });
    await this.#socket([init]);
    line.mend();
    await fetch(`${this.url}/readyz`).then(async response => this.answered.push(await response.text()));
  }
}

describe.each(levels)('a hub that logs at the level %s', level => {
  const visited = (): Tour => {
    const toured = tours.get(level);
    if (toured === undefined) throw new Error(`There was no tour at the level ${level}.`);
    return toured;
  };

  test('has been through success and failure', () => {
    const toured = visited();
    for (const code of [
      'CREDENTIAL_REJECTED',
      'PERMISSION_MISSING',
      'PLATFORM_CHANGED',
      'PLATFORM_UNREACHABLE',
      'PLATFORM_BUSY',
    ])
      expect([...toured.codes]).toContain(code);
    for (const code of [
      'INVALID_INPUT',
      'NOT_FOUND',
      'UNAUTHENTICATED',
      'UNAVAILABLE',
      'COMPLETED_WITH_FAILURES',
      'transcript read',
    ])
      expect([...toured.codes]).toContain(code);
    expect(toured.written().length).toBeGreaterThan(1_000);
  });

  test('writes no secret and no word of a transcript to its log', () => {
    const toured = visited();
    expect(hits(toured.written(), toured.canaries)).toEqual([]);
  });

  test('answers no secret, whatever it was asked and however it failed', () => {
    const toured = visited();
    expect(hits(toured.answered.join('\n'), toured.canaries)).toEqual([]);
  });

  test('keeps no secret and no word of a transcript where a thief of the database could read it', () => {
    const toured = visited();
    for (const table of ['public.calls', 'public.transcripts', 'public.credentials', 'public.kept_jobs', 'pg_authid'])
      expect(toured.dump).toContain(`table ${table}\n`);
    expect(toured.dump).toContain('execute-run');
    expect(toured.dump).toMatch(/SCRAM-SHA-256/);
    expect(hits(toured.dump, toured.canaries)).toEqual([]);
  });
});

/** A hub that cannot start: what it wrote before it ended. */
async function vainStart(env: Readonly<Record<string, string>>): Promise<string> {
  const hub = spawnHub({ PATCHBAY_ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}`, PORT: '0', ...env });
  expect(await hub.ended).toBe(1);
  expect(hub.written()).not.toBe('');
  return hub.written();
}
const secret = (): string => randomBytes(18).toString('base64url');

test.each([
  ['cannot log in', (url: URL, password: string) => Object.assign(url, { password })],
  ['cannot reach the database', (url: URL, password: string) => Object.assign(url, { password, port: '1' })],
])('a hub that %s says so without the password', async (_what, spoil) => {
  const database = await freshDatabase();
  const value = secret();

  const written = await vainStart({ DATABASE_URL: spoil(new URL(database.url), value).href });

  expect(hits(written, [{ name: 'password', value }])).toEqual([]);
  await database.drop();
});

test('a hub with a broken configuration names every variable and repeats no value', async () => {
  const canaries = Object.fromEntries(
    ['address', 'key', 'unnamed key', 'admin key', 'misspelt', 'platform'].map(name => [name, secret()]),
  );

  const written = await vainStart({
    DATABASE_URL: `mysql://patchbay:${canaries['address']}@localhost/patchbay`,
    PATCHBAY_ENCRYPTION_KEYS: `first:${canaries['key']},${canaries['unnamed key']}`,
    PATCHBAY_ADMIN_KEY: `${canaries['admin key']} with spaces`,
    PATCHBAY_ADMIN_KEYS: String(canaries['misspelt']),
    PLATFORM_GONG_API_URL: `http://user:${canaries['platform']}@127.0.0.1`,
    NODE_DEBUG: 'http',
  });

  for (const name of ['DATABASE_URL', 'PATCHBAY_ENCRYPTION_KEYS', 'PATCHBAY_ADMIN_KEY', 'PATCHBAY_ADMIN_KEYS'])
    expect(written).toContain(`${name} `);
  expect(written).toContain('PLATFORM_GONG_API_URL ');
  expect(written).toContain('NODE_DEBUG makes Node write down');
  expect(
    hits(
      written,
      Object.entries(canaries).map(([name, value]) => ({ name, value })),
    ),
  ).toEqual([]);
});
