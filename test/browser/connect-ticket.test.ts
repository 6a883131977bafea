import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consentInBrowser } from '../kit/consent-in-browser.js';
import { type GongBehindOidc, startGongBehindOidc } from '../kit/gong-behind-oidc.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { newCustomer } from '../kit/sign-in.js';
import { findChromium } from './chromium.js';
import { expectUsable, tabTo } from './usable.js';

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn(
    'SKIPPED: no Chromium on this machine, so signing in by a ticket was not tried in a browser. Install one, or name it in CHROMIUM.',
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

const ticket = async (customerId: string, more: object = {}): Promise<string> =>
  (
    await hub.ask('mutation ($input: StartOAuthInput!) { startOAuth(input: $input) { address } }', {
      input: { customerId, platform: 'gong', ...more },
    })
  ).startOAuth.address;

/** From the ticket to the end, with the keyboard alone; no code is asked for, no mail spoken of, and no colleague can be named. */
async function walk(address: string, isFirst: boolean): Promise<void> {
  const page = await (browser as Browser).newPage();
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  const state = (name: string) => `${name} by ${isFirst ? 'a first' : 'a renewing'} ticket`;
  await page.goto(address);
  await heading(isFirst ? 'Connect Gong' : 'Renew the access to Gong');
  expect(page.url()).toBe(`${hub.url}/connect`);
  // Nobody has mailed anything, and nobody is asked who they are.
  expect(await page.getByText(/code|mail|Confirm it is you/).count()).toBe(0);
  await expectUsable(page, state('intro'));
  await tabTo(page, 'Go on');
  await page.keyboard.press('Enter');
  await heading('Give access to Gong');
  expect(await page.getByText('I am not the one who can do this').count()).toBe(0);
  await expectUsable(page, state('ways in'));
  await tabTo(page, 'Sign in with Gong');
  await page.keyboard.press('Enter');
  await page.waitForURL(url => url.href.startsWith(judged.oidc.url));
  await consentInBrowser(page, { account: 'acme' });
  await heading('Is this the right account?');
  await tabTo(page, 'Yes, connect it');
  await page.keyboard.press('Space');
  await heading('Connected');
  await expectUsable(page, state('done'));
  await page.context().close();
}

test.skipIf(executablePath === undefined)(
  'somebody without a mouse signs in by a ticket, and later renews by another; an opened one is worth nothing elsewhere',
  async () => {
    const customerId = await newCustomer(hub);
    const document = 'query ($c: ID) { connections(customerId: $c) { nodes { id health { credential } } } }';
    const connections = async () => (await hub.ask(document, { c: customerId })).connections.nodes;

    const first = await ticket(customerId);
    await walk(first, true);
    const [connection] = await connections();
    await walk(await ticket(customerId, { connectionId: connection.id }), false);
    expect(await connections()).toEqual([{ id: connection.id, health: { credential: 'VALID' } }]);

    const page = await (browser as Browser).newPage();
    await page.goto(first);
    await page.getByRole('heading', { level: 1, name: 'This link does not work' }).waitFor();
    await expectUsable(page, 'a used ticket');
  },
  120_000,
);
