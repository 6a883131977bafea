import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consentInBrowser } from '../kit/consent-in-browser.js';
import { type GongBehindOidc, startGongBehindOidc } from '../kit/gong-behind-oidc.js';
import { addContact, connectLink, lastCode, reconnectLink } from '../kit/guest.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { newCustomer } from '../kit/sign-in.js';
import { findChromium } from './chromium.js';
import { expectUsable, tabTo } from './usable.js';

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn(
    'SKIPPED: no Chromium on this machine, so signing in from the connect page was not tried in a browser. Install one, or name it in CHROMIUM.',
  );
}

let hub: TestHub;
let judged: GongBehindOidc;
let browser: Browser | undefined;
beforeAll(async () => {
  judged = await startGongBehindOidc({ account: 'acme', calls: 5 });
  hub = await testHub({ ...judged.env, PATCHBAY_OPERATOR_NAME: 'Northwind Insights' });
  judged.oidc.allowRedirect(`${hub.url}/oauth/callback/gong`);
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
  if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args });
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await judged?.close();
});

/** From the link to the end, with the tabulator key, the space bar and the enter key alone. */
async function walk(address: string, customerId: string, isFirst: boolean): Promise<void> {
  const page = await (browser as Browser).newPage();
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  await page.goto(address);
  await heading(isFirst ? 'Connect Gong' : 'Renew the access to Gong');
  await tabTo(page, 'Send me the code');
  await page.keyboard.press('Enter');
  await heading('Enter your code');
  await page.keyboard.type(await lastCode(hub, customerId));
  await page.keyboard.press('Enter');
  await heading('Give access to Gong');
  if (isFirst) await expectUsable(page, 'ways in with sign-in');
  await tabTo(page, 'Sign in with Gong');
  await page.keyboard.press('Enter');
  await page.waitForURL(url => url.href.startsWith(judged.oidc.url));
  await consentInBrowser(page, { account: 'acme' });
  await heading('Is this the right account?');
  expect(page.url()).toBe(`${hub.url}/connect`);
  if (isFirst) await expectUsable(page, 'confirm after sign-in');
  await tabTo(page, 'Yes, connect it');
  await page.keyboard.press('Space');
  await heading('Connected');
  await page.context().close();
}

test.skipIf(executablePath === undefined)(
  'a person without a mouse signs in at oidc-provider from the connect page, comes back to the account, and later renews it',
  async () => {
    const customerId = await newCustomer(hub);
    const contact = await addContact(hub, customerId);
    const document = 'query ($c: ID) { connections(customerId: $c) { nodes { id health { credential } } } }';
    const connections = async () => (await hub.ask(document, { c: customerId })).connections.nodes;

    await walk((await connectLink(hub, customerId, contact.id)).address, customerId, true);
    const [connection] = await connections();
    await walk((await reconnectLink(hub, connection.id, contact.id)).address, customerId, false);

    expect(await connections()).toEqual([{ id: connection.id, health: { credential: 'VALID' } }]);
    expect(judged.oidc.count('grant.success')).toBe(2);
  },
  120_000,
);
