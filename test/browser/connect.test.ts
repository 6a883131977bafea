import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { addContact, connectLink, lastCode, reconnectLink, wrongCode } from '../kit/guest.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { watchForStatus } from '../kit/watch.js';
import { findChromium } from './chromium.js';
import { expectUsable, tabTo } from './usable.js';

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn(
    'SKIPPED: no Chromium on this machine, so the connect page was not tried in a browser. Install one, or name it in CHROMIUM.',
  );
}

let hub: TestHub;
let accounts: GongAccounts;
let browser: Browser | undefined;
let page: Page;
const faults: string[] = [];
const asked: string[] = [];
beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub({ ...accounts.env, PLATFORM_GONG_LIMITS: 'off', PATCHBAY_OPERATOR_NAME: 'Northwind Insights' });
  // In containers there are no namespaces for its own sandbox, and little shared memory.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
  if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args });
});
beforeEach(async () => {
  if (browser === undefined) return;
  page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
  page.on('console', message => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', request => asked.push(request.url()));
});
afterEach(() => page?.context().close());
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await accounts?.close();
});

const heading = (title: string) => page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

async function enterKeys({ secret }: Pick<GongAccount, 'secret'>): Promise<void> {
  await page.getByLabel('Access key', { exact: true }).fill(secret['key'] ?? '');
  await page.getByLabel('Access key secret').fill(secret['secret'] ?? '');
  await press('Try and go on');
}

test.skipIf(executablePath === undefined)(
  'a person connects an account by key, and nothing in any state is in anybody’s way',
  async () => {
    const account = await accounts.open({ calls: 0 });
    const { createCustomer } = await hub.ask('mutation { createCustomer(input: { name: "Acme Rockets" }) { id } }');
    const customerId: string = createCustomer.id;
    const { address } = await connectLink(hub, customerId, (await addContact(hub, customerId)).id);
    const secret = address.slice(address.lastIndexOf('/') + 1);

    await page.goto(`${hub.url}/connect/${'x'.repeat(43)}`);
    await heading('This link does not work');
    await expectUsable(page, 'not valid');
    await page.goto(address);
    expect(page.url()).toBe(`${hub.url}/connect`);
    await heading('Connect Gong');
    await expectUsable(page, 'intro');
    await press('Send me the code');
    await heading('Enter your code');
    await expectUsable(page, 'code');
    await page.getByLabel('Code').fill(wrongCode(await lastCode(hub, customerId)));
    await press('Go on');
    await page.getByRole('alert').filter({ hasText: '4 tries left' }).waitFor();
    expect(await page.title()).toMatch(/^Error: /);
    await expectUsable(page, 'code wrong');
    await press('Send another code');
    await page.getByRole('alert').filter({ hasText: 'wait half a minute' }).waitFor();
    await page.getByLabel('Code').fill(await lastCode(hub, customerId));
    await press('Go on');

    await heading('Give access to Gong');
    await expectUsable(page, 'ways in');
    await page.getByRole('link', { name: 'I am not the one who can do this' }).click();
    await heading('Who can do this?');
    await expectUsable(page, 'colleague');
    await page.getByLabel('Name').fill('Charles Babbage');
    await page.getByLabel('E-mail address').fill('charles@acme.e');
    await press('Suggest this person');
    await page.getByRole('alert').waitFor();
    await expectUsable(page, 'colleague wrong');
    await page.getByLabel('Name').fill('Charles Babbage');
    await page.getByLabel('E-mail address').fill('charles@acme.example');
    await press('Suggest this person');
    await page.getByRole('status').filter({ hasText: 'Charles Babbage' }).waitFor();
    await expectUsable(page, 'colleague named');

    await enterKeys({ secret: { key: 'wrong', secret: 'wrong' } });
    await page.getByRole('alert').filter({ hasText: 'There is a problem' }).waitFor();
    await expectUsable(page, 'keys refused');
    await enterKeys(account);
    await heading('Is this the right account?');
    await expectUsable(page, 'confirm');
    await press('No, use another one');
    await heading('Give access to Gong');
    await enterKeys(account);
    await press('Yes, connect it');
    await heading('Connected');
    await expectUsable(page, 'done');
    await page.reload();
    await heading('Connected');

    // Not in what was asked after the first hop, nor in what the browser remembers.
    expect(asked.filter(url => url.includes(secret))).toHaveLength(1);
    await page.goBack();
    expect(page.url()).not.toContain(secret);
    expect(asked.filter(url => !url.startsWith(hub.url) && !url.startsWith('data:'))).toEqual([]);
    // The browser notes every 404 page.
    expect(faults.filter(fault => !/status of 404/.test(fault))).toEqual([]);
  },
  120_000,
);

test.skipIf(executablePath === undefined)(
  'a person without a mouse renews a connection on a phone, and paused work goes on',
  async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    const [account, other] = [await accounts.open({ calls: 60 }), await accounts.open()];
    const { customerId, connectionId } = await connectedCustomer(hub, account);
    const contact = await addContact(hub, customerId);
    account.refuse = () => 401;
    const importId = await startImport(hub, account, connectionId);
    await watchForStatus(hub, importId, 'PAUSED');
    account.refuse = undefined;
    const { address } = await reconnectLink(hub, connectionId, contact.id);
    const keys = async ({ secret }: Pick<GongAccount, 'secret'>) => {
      await tabTo(page, 'Access key');
      await page.keyboard.type(secret['key'] ?? '');
      await tabTo(page, 'Access key secret');
      await page.keyboard.type(secret['secret'] ?? '');
      await page.keyboard.press('Enter');
    };

    await page.goto(address);
    await heading('Renew the access to Gong');
    await expectUsable(page, 'intro reconnect');
    await tabTo(page, 'Send me the code');
    await page.keyboard.press('Enter');
    await heading('Enter your code');
    // The field has the focus.
    await page.keyboard.type(await lastCode(hub, customerId));
    await page.keyboard.press('Enter');
    await heading('Give access to Gong');
    await keys(other);
    await page.getByRole('alert').filter({ hasText: 'This is another account' }).waitFor();
    await expectUsable(page, 'mismatch');
    await keys(account);
    await heading('Is this the right account?');
    await tabTo(page, 'Yes, connect it');
    await page.keyboard.press('Space');
    await heading('Connected');

    expect((await watchToEnd(hub, importId)).at(-1)).toMatchObject({ status: 'COMPLETED', stored: 60 });
  },
  120_000,
);
