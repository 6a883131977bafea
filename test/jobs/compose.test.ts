/** The files for containers, read and not run: there is no container here. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.js';

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly deploy?: { readonly replicas: number };
}

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, null>>;
};
const services = Object.entries(compose.services);
const service = (name: string): Service => compose.services[name] as Service;
const folder = mkdtempSync(path.join(tmpdir(), 'patchbay-compose-'));
const secret = (name: string): string => readFileSync(path.join(folder, 'secrets', name), 'utf8').trim();

beforeAll(() => {
  const [, script = ''] = /## Run it with compose[^]*?```sh\n([^]*?)```/.exec(read('README.md')) ?? [];
  execFileSync('sh', ['-euc', script], { cwd: folder, stdio: 'ignore' });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the compose file runs PostgreSQL 18, MongoDB 8, one API and two workers', () => {
  expect(Object.keys(compose.services).toSorted()).toEqual(['api', 'mongo', 'mongo-init', 'postgres', 'worker']);
  expect([service('postgres').image, service('mongo').image]).toEqual(['postgres:18', 'mongo:8']);
  expect(service('worker').deploy?.replicas).toBe(2);
  expect([service('api'), service('worker')].map(one => one.environment?.PATCHBAY_ROLE)).toEqual(['api', 'worker']);
  expect(service('mongo').entrypoint?.join(' ')).toContain('--replSet patchbay');
});

test('everything that stays is watched, and the hub waits for what it needs', () => {
  for (const [name, { healthcheck }] of services) {
    if (name !== 'mongo-init') expect(healthcheck?.test[0], name).toBe('CMD');
  }
  for (const name of ['api', 'worker']) {
    expect(service(name).depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
      'mongo-init': { condition: 'service_completed_successfully' },
    });
    expect(service(name).healthcheck?.test.join(' ')).toContain(`:${service(name).environment?.PORT}/readyz`);
  }
  expect(service('mongo-init').depends_on).toEqual({ mongo: { condition: 'service_healthy' } });
});

test('secrets are files that the README makes, given to those who need them and to nobody else', () => {
  const files = Object.values(compose.secrets).map(({ file }) => file);
  const used = services.flatMap(([, { secrets = [] }]) => secrets);

  expect(files.map(file => path.basename(file)).toSorted()).toEqual(readdirSync(path.join(folder, 'secrets')));
  expect(new Set(used)).toEqual(new Set(Object.keys(compose.secrets)));
  for (const [name, { secrets = [], environment = {}, entrypoint = [], command = [] }] of services) {
    const text = JSON.stringify([environment, entrypoint, command]);
    for (const [, wanted] of text.matchAll(/\/run\/secrets\/([\w-]+)/g)) expect(secrets, name).toContain(wanted);
    expect(text, name).not.toMatch(/PASSWORD":|"(DATABASE_URL|JOBS_URL|PATCHBAY_ADMIN_KEY|PATCHBAY_ENCRYPTION_KEYS)"/);
  }
  expect(execFileSync('git', ['check-ignore', 'secrets/admin-key'], { cwd: root, encoding: 'utf8' })).toContain(
    'secrets',
  );
});

test('the hub understands its environment, with the secrets that the README makes', () => {
  for (const name of ['api', 'worker']) {
    const given = Object.entries(service(name).environment ?? {});
    const env = Object.fromEntries(
      given.map(([key, value]) => [
        key,
        value.replace('/run/secrets', path.join(folder, 'secrets')).replace(/\$\{\w+:-(\w+)\}/, '$1'),
      ]),
    );
    const config = readConfig(env);

    expect(config).toMatchObject({ role: name, host: '0.0.0.0', port: 4000, logLevel: 'info' });
    const database = new URL(config.databaseUrl?.reveal() ?? '');
    expect(database.password).toBe(secret('postgres-password'));
    expect(`${database.username}@${database.host}${database.pathname}`).toBe('patchbay@postgres:5432/patchbay');
    expect(config.jobs === 'postgres' ? '' : config.jobs.reveal()).toMatch(
      /@mongo:27017\/patchbay\?.*replicaSet=patchbay/,
    );
    expect(config.encryptionKeys).toHaveLength(1);
    // What is misspelt would be left out in silence.
    for (const [key] of given) expect(readme(), key).toContain(`\`${key}\``);
  }
});

test('data is in volumes that are declared, and only the API can be reached from outside, from this machine', () => {
  for (const [name, { volumes = [], ports = [] }] of services) {
    for (const volume of volumes) expect(Object.keys(compose.volumes), name).toContain(volume.split(':')[0]);
    if (name !== 'api') expect(ports, name).toEqual([]);
    else for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
  // Since 18 the folder of the data is below this one.
  expect(service('postgres').volumes).toEqual(['postgres:/var/lib/postgresql']);
});

test('the step that prepares MongoDB makes the replica set and the login once, and renews the login after that', () => {
  const asked: Record<string, any>[] = [];
  let [initiated, created] = [false, false];
  const Mongo = function (address: string) {
    expect(address).toBe(`mongodb://root:${secret('mongo-root-password')}@mongo:27017/?directConnection=true`);
    return { getDB: () => ({ runCommand }) };
  };
  const runCommand = (command: Record<string, any>): object => {
    asked.push(command);
    if (command.replSetInitiate) initiated = true;
    if (command.createUser) created = true;
    if (command.usersInfo) return { users: created ? [{}] : [] };
    return initiated ? { setName: 'patchbay', isWritablePrimary: true } : { isreplicaset: true };
  };
  const require = () => ({
    readFileSync: (file: string) => readFileSync(file.replace('/run', folder), 'utf8'),
  });
  const [script = ''] = service('mongo-init').command ?? [];
  const run = (): string[] => {
    asked.length = 0;
    runInNewContext(script, { Mongo, require, sleep: () => undefined });
    return asked.map(command => Object.keys(command)[0] ?? '').filter(name => !['hello', 'usersInfo'].includes(name));
  };

  expect(run()).toEqual(['replSetInitiate', 'createUser']);
  const { password, username } = new URL(secret('jobs-url'));
  expect(asked.at(-1)).toEqual({ createUser: username, pwd: password, roles: [{ role: 'readWrite', db: 'patchbay' }] });
  expect(run()).toEqual(['updateUser']);
});

test('the image is built on Debian, runs without rights, and takes no secret along', () => {
  const dockerfile = read('Dockerfile');
  const froms = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
  const allowed = read('.dockerignore').match(/(?<=^!).+/gm) ?? [];

  expect(new Set(froms)).toEqual(new Set(['node:24-bookworm-slim']));
  expect(dockerfile.lastIndexOf('\nUSER node')).toBeGreaterThan(dockerfile.lastIndexOf('\nRUN '));
  expect(dockerfile).toMatch(/^HEALTHCHECK .*\\\n {2}CMD .*\/healthz/m);
  expect(new Set(copied)).toEqual(new Set(allowed));
  expect(copied).not.toContain('secrets');
});

function readme(): string {
  return read('README.md');
}
