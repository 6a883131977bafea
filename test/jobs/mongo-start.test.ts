import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config.js';
import { type Queue, openQueue } from '../../src/infra/agenda.js';
import { Secret } from '../../src/core/secret.js';
import { StartupProblem } from '../../src/core/startup-problem.js';
import type { Bus } from '../../src/core/ports.js';
import { openLog } from '../../src/infra/log.js';
import { type FaultProxy, openFaultProxy } from '../kit/fault-proxy.js';
import { hubEnv, testHub } from '../kit/hub.js';
import { type MongoDouble, startMongoDouble } from '../kit/mongo-double.js';
import { until } from '../kit/until.js';

const canary = 'c4n4ry';
const silentBus: Bus = { publish: () => undefined, listen: async function* () {} };
let double: MongoDouble;
let line: FaultProxy;

beforeAll(async () => {
  double = await startMongoDouble();
  line = await openFaultProxy(double.url);
});
afterAll(async () => {
  await line.close();
  await double.close();
});

function open(url: string, log = openLog('silent')): Promise<Queue> {
  return openQueue({ jobs: new Secret(url), databaseUrl: '', bus: silentBus, log, handlers: [] });
}

function login(url: string, mechanism: string): string {
  return `${url.replace('mongodb://', `mongodb://me:${canary}@`)}/jobs?authMechanism=${mechanism}&authSource=$external`;
}

test.each([
  ['cannot be found', () => 'mongodb+srv://none.invalid/', /^MongoDB at none\.invalid cannot .*: check JOBS_URL\.$/],
  ['refuses the login', () => login(double.url, 'SCRAM-SHA-256').replace('$external', 'admin'), /refuses the login \(/],
  [
    'is asked for with an unknown option',
    () => `${login(double.url, 'PLAIN')}&wings=2`,
    /^JOBS_URL .* \(option wings is not supported\)/,
  ],
  [
    'is asked for with options that clash',
    () => `${login(double.url, 'PLAIN')}&tls=${canary}`,
    /^JOBS_URL .* \(Mongo\w+Error\)/,
  ],
])('a MongoDB that %s is one sentence without the secret', async (_, url, sentence) => {
  const problem: Error = await open(url()).then(
    () => new Error('It opened.'),
    error => error,
  );

  expect(problem).toBeInstanceOf(StartupProblem);
  expect(problem.message).toMatch(sentence);
  expect(problem.message.split('\n')).toHaveLength(1);
  expect(`${problem.message}${problem.stack}`).not.toContain(canary);
});

test('a hub whose MongoDB is not there does not start, and says in one sentence why', async () => {
  const startedAt = performance.now();

  await expect(testHub({ JOBS_URL: login('mongodb://127.0.0.1:1', 'PLAIN') })).rejects.toThrow(
    new StartupProblem('MongoDB at 127.0.0.1:1 cannot be reached or refuses the login (ECONNREFUSED): check JOBS_URL.'),
  );
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test.each([
  ['', 'patchbay'],
  ['/', 'patchbay'],
  ['/?appName=x', 'patchbay'],
  ['/jobs', 'jobs'],
  ['/my%2Djobs?appName=x', 'my-jobs'],
])('an address that ends in "%s" keeps its jobs in the database %s', async (end, name) => {
  const { jobs } = readConfig({ ...hubEnv('postgresql://db/x', 'k'.repeat(24)), JOBS_URL: `${double.url}${end}` });
  const queue = await open((jobs as Secret<string>).reveal());
  const before = double.commands.length;

  await queue.add('any', { runId: '1' });

  const insert = double.commands.slice(before).find(command => command.name === 'insert');
  expect([insert?.body.$db, insert?.collection]).toEqual([name, 'agenda_jobs']);
  await queue.close();
});

test('the secret of the address is in no log line, whatever goes wrong', async () => {
  let logged = '';
  const log = openLog('trace', { write: text => void (logged += text) });
  const queue = await open(login(line.via(double.url).replace(/\/$/, ''), 'PLAIN'), log);
  await queue.add('any', { runId: '1' });

  line.cut();
  const errors = await Promise.all([1, 2, 3].map(n => queue.add('any', { runId: String(n) }).catch(String)));
  await until('it is known to be away', () => logged.includes('MongoDB is away'));
  const startedAt = performance.now();
  await expect(queue.add('any', { runId: '4' })).rejects.toThrow('The jobs cannot be reached.');
  expect(performance.now() - startedAt).toBeLessThan(50);
  line.mend();
  await until('it is back', () => logged.includes('MongoDB is back'));
  await queue.add('any', { runId: '5' });
  await queue.close();

  expect(errors.join()).not.toContain(canary);
  expect(logged).not.toContain(canary);
  expect(logged.match(/MongoDB is (away|back)/g)).toEqual(['MongoDB is away', 'MongoDB is back']);
});
