import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Hub, openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/infra/log.js';
import { ask } from '../kit/client.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type KmsDouble, openKmsDouble } from '../kit/kms-double.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, connectGong, startImport, watchToEnd } from '../kit/trip.js';

let amazon: KmsDouble;
let sandbox: GongSandbox;
let hub: TestHub;
let customer: { customerId: string; connectionId: string };
const more: Hub[] = [];
beforeAll(async () => {
  amazon = await openKmsDouble();
  vi.stubEnv('AWS_ACCESS_KEY_ID', amazon.env['AWS_ACCESS_KEY_ID']);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', amazon.env['AWS_SECRET_ACCESS_KEY']);
  sandbox = await startGongSandbox({ calls: 30 });
  hub = await testHub({ ...sandbox.env, ...amazon.env, PATCHBAY_ENCRYPTION_KEYS: '' });
  customer = await connectedCustomer(hub, sandbox);
});
afterAll(async () => {
  for (const each of more) await each.close();
  await hub?.close();
  await sandbox?.close();
  await amazon?.close();
  vi.unstubAllEnvs();
});

async function another(env: object = {}): Promise<Hub> {
  const opened = await openHub(readConfig({ ...hub.env, ...env }), { log: openLog('silent') });
  more.push(opened);
  return opened;
}
const transcripts = `query ($id: ID!) { calls(customerId: $id, first: 30) { nodes { transcript { lines { text } } } } }`;
const wrappedBy = () =>
  hub.database.query<{ by: string }>(
    'select wrapped_by as by from data_keys union select wrapped_by from root_key union select wrapped_by from house_keys',
  );

test('a hub whose keys are in AWS KMS imports, with one call of it a customer and process', async () => {
  const importId = await startImport(hub, sandbox, customer.connectionId);
  const seen = await watchToEnd(hub, importId);
  await connectGong(hub, sandbox, customer.customerId);

  expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 30 });
  const context = { customer: customer.customerId, purpose: 'data key', version: '1' };
  expect(amazon.asked).toEqual([
    { act: 'Encrypt', context: { customer: 'house', purpose: 'root key', version: '1' }, answer: 'done' },
    { act: 'GenerateDataKey', context, answer: 'done' },
  ]);
  expect((await wrappedBy()).map(({ by }) => by)).toEqual([expect.stringMatching(/^arn:aws:kms:/)]);
});

test('another process finds the login and the data keys through the key service alone', async () => {
  amazon.asked.length = 0;
  const other = await another();

  const reads = () => ask(other.url as string, hub.adminKey, transcripts, { id: customer.customerId });
  const [{ calls }] = await Promise.all(Array.from({ length: 8 }, reads));

  expect(calls.nodes).toHaveLength(30);
  expect(calls.nodes.every(({ transcript }: any) => transcript === null || transcript.lines.length > 0)).toBe(true);
  expect(amazon.asked.map(({ act, answer }) => `${act} ${answer}`)).toEqual(['Decrypt done', 'Decrypt done']);
});

test('while the key is disabled nothing that is new to a process opens, and no process starts; then all goes on', async () => {
  const [{ by } = { by: '' }] = await wrappedBy();
  const other = await another({ PATCHBAY_ROLE: 'api' });
  const fresh = await connectedCustomer(hub, sandbox);
  amazon.setState(by, 'Disabled');

  const error = await ask(other.url as string, hub.adminKey, transcripts, { id: customer.customerId }).catch(
    (reason: unknown) => reason,
  );
  await expect(another()).rejects.toThrow(/^The key service refuses or does not answer \(DisabledException\)/);
  amazon.setState(by, 'Enabled');

  expect(String(error)).toContain('UNAVAILABLE');
  expect(String(error)).not.toContain('arn:');
  const importId = await startImport(hub, sandbox, fresh.connectionId);
  expect((await watchToEnd(hub, importId)).at(-1)).toMatchObject({ status: 'COMPLETED' });
});
