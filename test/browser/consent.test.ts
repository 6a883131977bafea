/** The consent pages that tests and people meet can be walked in a browser, by keyboard alone. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consentInBrowser } from '../kit/consent-in-browser.js';
import { redirectUri } from '../kit/oauth-side.js';
import { type Oidc, startOidc } from '../kit/oidc.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { findChromium } from './chromium.js';

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn(
    'SKIPPED: no Chromium on this machine, so no consent page was tried in a browser. Install one, or name it in CHROMIUM.',
  );
}

let sandbox: GongSandbox;
let oidc: Oidc;
let browser: Browser | undefined;
beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 5, oauth: { redirectUris: [redirectUri] } });
  oidc = await startOidc({ pkce: false });
  oidc.allowRedirect(redirectUri);
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
  if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args });
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([sandbox?.close(), oidc?.close()]);
});

/** A browser that has never been there; the app that it is led back to says so. */
async function newPage(): Promise<Page> {
  const page = await (browser as Browser).newPage();
  await page.route(`${redirectUri}**`, route => route.fulfill({ contentType: 'text/html', body: 'Back at the app' }));
  return page;
}

async function visit(page: Page, address: string, parameters: Record<string, string>): Promise<void> {
  const usual = { redirect_uri: redirectUri, response_type: 'code', state: 'state-1' };
  await page.goto(`${address}?${new URLSearchParams({ ...usual, ...parameters })}`);
}

async function backAt(page: Page): Promise<URLSearchParams> {
  await page.getByText('Back at the app').waitFor();
  const { searchParams } = new URL(page.url());
  await page.close();
  return searchParams;
}

test.skipIf(executablePath === undefined)(
  'somebody signs in to another account and ticks less than asked',
  async () => {
    const parameters = { client_id: sandbox.oauth.client.id, scope: 'api:workspaces:read api:users:read' };
    const page = await newPage();
    await visit(page, `${sandbox.url}/oauth2/authorize`, parameters);
    await consentInBrowser(page, { account: 'other', person: 'user' });
    await page.getByRole('alert').getByText('Only a technical administrator').waitFor();

    await consentInBrowser(page, { account: 'other', scopes: ['api:users:read'] });
    const back = await backAt(page);

    expect(back.get('state')).toBe('state-1');
    const { client } = sandbox.oauth;
    const exchange = { grant_type: 'authorization_code', code: back.get('code') ?? '', redirect_uri: redirectUri };
    await fetch(`${sandbox.url}/oauth2/generate-customer-token?${new URLSearchParams(exchange)}`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` },
    });
    expect(sandbox.oauth.grants()).toMatchObject([{ account: 'other', person: 'admin', scopes: ['api:users:read'] }]);
  },
);

test.skipIf(executablePath === undefined)('somebody says no', async () => {
  const page = await newPage();
  await visit(page, `${sandbox.url}/oauth2/authorize`, { client_id: sandbox.oauth.client.id });
  await consentInBrowser(page, { decision: 'deny' });

  expect(Object.fromEntries(await backAt(page))).toEqual({ error: 'access_denied', state: 'state-1' });
});

test.skipIf(executablePath === undefined)('oidc-provider asks on the same page, and every time anew', async () => {
  const parameters = { client_id: oidc.client.id, scope: 'calls' };
  const page = await newPage();

  for (const account of ['first', 'second']) {
    await visit(page, oidc.url + oidc.paths.authorize, parameters);
    await consentInBrowser(page, { account });
    await page.getByText('Back at the app').waitFor();
  }
  const back = await backAt(page);

  expect([back.has('code'), back.get('iss')]).toEqual([true, oidc.url]);
});
