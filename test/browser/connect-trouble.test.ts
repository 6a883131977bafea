import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { addContact, connectLink, lastCode, reconnectLink, wrongCode } from '../kit/guest.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { newCustomer } from '../kit/sign-in.js';
import { startTokenGong, type TokenGong } from '../kit/token-gong.js';
import { findChromium } from './chromium.js';
import { expectUsable } from './usable.js';

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn(
    'SKIPPED: no Chromium on this machine, so the connect page was not tried in a browser when things go wrong. Install one, or name it in CHROMIUM.',
  );
}

let sandboxes: Record<'acme' | 'other', GongSandbox>;
let gong: TokenGong;
let hub: TestHub;
let browser: Browser | undefined;
let page: Page;
/** What the hub runs into when it makes or reads a page. */
let trouble: Error | undefined;
beforeAll(async () => {
  sandboxes = {
    acme: await startGongSandbox({ account: 'acme', calls: 5 }),
    other: await startGongSandbox({ account: 'other', calls: 5, seed: 2 }),
  };
  gong = await startTokenGong({ sandboxes });
  hub = await testHub(gong.env, {
    wrap: house => ({
      ...house,
      sql: {
        transaction: (reach, work) =>
          trouble === undefined ? house.sql.transaction(reach, work) : Promise.reject(trouble),
      },
      clock: {
        ...house.clock,
        now() {
          if (trouble !== undefined) throw trouble;
          return house.clock.now();
        },
      },
    }),
  });
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
  if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args });
});
beforeEach(async () => {
  if (browser === undefined) return;
  page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
  // The platform's own pages are not ours to judge; with nothing to show, the browser stays where it is.
  await page.route(`${gong.env['PLATFORM_GONG_AUTH_URL']}/**`, route => route.fulfill({ status: 204 }));
});
afterEach(async () => {
  trouble = undefined;
  await page?.context().close();
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await gong?.close();
  await Promise.all(Object.values(sandboxes).map(each => each.close()));
});

const heading = (title: string) => page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const alerted = (hasText: string) => page.getByRole('alert').filter({ hasText }).waitFor();

async function enterCode(code: string): Promise<void> {
  await page.getByLabel('Code').fill(code);
  await press('Go on');
}

async function verified(address: string, customerId: string): Promise<void> {
  await page.goto(address);
  await press('Send me the code');
  await enterCode(await lastCode(hub, customerId));
  await page.getByText('What you need').waitFor();
}

/** On the way to the platform. @returns the address at which somebody comes back. */
async function goingOn(more: Record<string, string>): Promise<string> {
  await press('Sign in with Gong');
  await heading('Going on to Gong');
  const there = await page.getByRole('link', { name: 'Go on to Gong' }).getAttribute('href');
  const state = new URL(there ?? '').searchParams.get('state') ?? '';
  return `${hub.url}/oauth/callback/gong?${new URLSearchParams({ state, ...more })}`;
}

test.skipIf(executablePath === undefined)(
  'on the way to the platform, after a no there, and after another account, nothing is in anybody’s way',
  async () => {
    const customerId = await newCustomer(hub);
    const contact = await addContact(hub, customerId);
    await verified((await connectLink(hub, customerId, contact.id)).address, customerId);
    const denied = await goingOn({ error: 'access_denied' });
    await expectUsable(page, 'going on');
    await page.goto(denied);
    await alerted('There is a problem');
    await expectUsable(page, 'sign-in refused');

    await page.goto(await goingOn({ code: gong.code('acme') }));
    await press('Yes, connect it');
    await heading('Connected');
    const document = 'query ($c: ID) { connections(customerId: $c) { nodes { id } } }';
    const { connections } = await hub.ask(document, { c: customerId });
    await verified((await reconnectLink(hub, connections.nodes[0].id, contact.id)).address, customerId);
    await page.goto(await goingOn({ code: gong.code('other') }));
    await alerted('another');
    await expectUsable(page, 'mismatch after sign-in');
  },
  120_000,
);

test.skipIf(executablePath === undefined)(
  'codes that are over, links that are used, and faults of ours stand in nobody’s way',
  async () => {
    const customerId = await newCustomer(hub);
    const { address, link } = await connectLink(hub, customerId, (await addContact(hub, customerId)).id);
    await page.goto(address);
    await press('Send me the code');
    const wrong = wrongCode(await lastCode(hub, customerId));
    for (let left = 4; left > 0; left -= 1) {
      await enterCode(wrong);
      await alerted(`${left === 1 ? 'one try' : `${left} tries`} left`);
    }
    await enterCode(wrong);
    await alerted('does not work any more');
    await expectUsable(page, 'code over');
    await hub.database.query('update links set codes_sent = 6 where id = $1', [link.id]);
    await press('Send another code');
    await alerted('No more codes');
    await expectUsable(page, 'no more codes');

    trouble = new Error('Made for a test.');
    await page.reload();
    await heading('This did not work');
    await page.getByText('tell your contact this number').waitFor();
    await expectUsable(page, 'fault of ours');
    trouble = Object.assign(new Error('Made for a test.'), { code: 'ECONNREFUSED' });
    expect((await page.reload())?.status()).toBe(503);
    await heading('This did not work');
    await expectUsable(page, 'not reachable');
    // Whoever comes back from the platform at that moment is a person too.
    expect((await page.goto(`${hub.url}/oauth/callback/gong?state=s&code=c`))?.status()).toBe(503);
    await heading('This did not work');
    trouble = undefined;

    await hub.ask('mutation ($id: ID!) { revokeLink(id: $id) { state } }', { id: link.id });
    await page.goto(address);
    await heading('This link does not work');
    await expectUsable(page, 'link revoked');
  },
  120_000,
);

test.skipIf(executablePath === undefined)(
  'whoever comes too often gets a page that says so',
  async () => {
    const busy = await testHub(
      {},
      { limits: { visits: { perSecond: 0.001, burst: 1 }, strangers: { perSecond: 0.001, burst: 1 } } },
    );
    await page.goto(`${busy.url}/connect/${'x'.repeat(43)}`);
    expect((await page.reload())?.status()).toBe(429);
    await heading('Too many tries');
    // Its style is not counted, or it would look like nothing.
    expect(await page.evaluate('document.styleSheets.length')).toBe(1);
    await expectUsable(page, 'too often');
    await page.goto(`${busy.url}/oauth/callback/gong?state=s&code=c`);
    expect((await page.goto(`${busy.url}/oauth/callback/gong?state=s&code=c`))?.status()).toBe(429);
    await heading('Too many tries');
    await busy.close();
  },
  60_000,
);
