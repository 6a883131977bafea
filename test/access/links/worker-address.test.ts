import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Hub, openHub } from '../../../src/app.js';
import { readConfig } from '../../../src/config.js';
import { openLog } from '../../../src/infra/log.js';
import { type GongAccounts, startGongAccounts } from '../../kit/gong-accounts.js';
import { addContact, keptMails } from '../../kit/guest.js';
import { type TestHub, testHub } from '../../kit/hub.js';
import { connectedCustomer, startImport } from '../../kit/trip.js';
import { until } from '../../kit/until.js';

const served = 'https://hub.example.com';

let hub: TestHub;
let accounts: GongAccounts;
const others: Hub[] = [];
beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub({ ...accounts.env, PATCHBAY_ROLE: 'api', PATCHBAY_PUBLIC_URL: served });
});
afterEach(async () => {
  await Promise.all(others.splice(0).map(other => other.close()));
});
afterAll(async () => {
  await hub?.close();
  await accounts?.close();
});

/** One more process of the hub, without an address of its own. @returns what it logs. */
async function join(role: 'api' | 'worker', publicUrl?: string): Promise<() => string> {
  const { PATCHBAY_PUBLIC_URL: _, ...env } = hub.env;
  let text = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const own = publicUrl === undefined ? {} : { PATCHBAY_PUBLIC_URL: publicUrl };
  others.push(await openHub(readConfig({ ...env, ...own, PATCHBAY_ROLE: role }), { log: openLog('debug', sink) }));
  return () => text;
}

/** A worker finds out that the credential is refused. */
async function brokenConnection(): Promise<string> {
  const account = await accounts.open();
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  await addContact(hub, customerId);
  account.refuse = () => 401;
  await startImport(hub, account, connectionId);
  return customerId;
}

const mailedLink = async (customerId: string): Promise<string> =>
  until('a link is mailed', async () =>
    (await keptMails(hub, customerId)).map(({ text }) => /\S+\/connect\//.exec(text)?.[0]).find(Boolean),
  );

test('a worker mails links to the address that the API serves under', async () => {
  await join('worker');

  expect(await mailedLink(await brokenConnection())).toBe(`${served}/connect/`);
});

test('a worker that has an address of its own uses that', async () => {
  await join('worker', 'https://other.example.com');

  expect(await mailedLink(await brokenConnection())).toBe('https://other.example.com/connect/');
});

test('a worker that knows no address mails no link until an API tells one', async () => {
  await hub.database.query('delete from public_address');
  const logged = await join('worker');
  expect(logged()).toContain('It is not known where people reach the hub');
  const customerId = await brokenConnection();
  await until('the fact waits', async () => logged().includes('waits until it is known where people reach the hub'));
  expect(await keptMails(hub, customerId)).toEqual([]);
  expect(await hub.database.query('select 1 from facts where setbacks > 0')).toEqual([]);

  await join('api', 'https://new.example.com');

  expect(await mailedLink(customerId)).toBe('https://new.example.com/connect/');
});
