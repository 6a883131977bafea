import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { findChromium } from './chromium.js';

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn(
    'SKIPPED: no Chromium on this machine, so /graphiql was not tried in a browser. Install one, or name it in CHROMIUM.',
  );
}

let hub: TestHub;
let sandbox: GongSandbox;
let importId: string;
let browser: Browser | undefined;
beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 20 });
  hub = await testHub(sandbox.env);
  const { connectionId } = await connectedCustomer(hub, sandbox);
  importId = await startImport(hub, sandbox, connectionId);
  await watchToEnd(hub, importId);
  // In containers there are no namespaces for its own sandbox, and little shared memory.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
  if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args });
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await sandbox?.close();
});

const answer = '.result-window .CodeMirror';

/** Puts a document into the editor and runs it. */
async function run(page: Page, document: string): Promise<void> {
  await page.locator('.graphiql-query-editor .CodeMirror').waitFor();
  await page.evaluate(
    text => (globalThis as any).document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.setValue(text),
    document,
  );
  await page.locator('button.graphiql-execute-button').click();
}

test.skipIf(executablePath === undefined)(
  'a person tries a query and watches an import, with nothing from elsewhere',
  async () => {
    const page = await (browser as Browser).newPage();
    const faults: string[] = [];
    const asked: string[] = [];
    page.on('console', message => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('pageerror', error => faults.push(String(error)));
    page.on('request', request => asked.push(request.url()));

    await page.goto(`${hub.url}/graphql`);
    expect(page.url()).toBe(`${hub.url}/graphiql`);
    await page.getByLabel('API key').fill(hub.adminKey);
    await page.getByRole('button', { name: 'Use', exact: true }).click();

    await run(page, '{ viewer { name role } }');
    await page.locator(answer, { hasText: 'configured admin key' }).waitFor();
    await run(page, `subscription { importProgress(importId: "${importId}") { status stored } }`);
    await page.locator(answer, { hasText: '"stored": 20' }).waitFor();
    // It knows the schema.
    await page.getByLabel('Show Documentation Explorer').click();
    await page.locator('.graphiql-doc-explorer', { hasText: 'Subscription' }).waitFor();

    const elsewhere = asked.filter(url => !url.startsWith(hub.url) && !url.startsWith('data:'));
    expect(elsewhere).toEqual([]);
    // Without a key at first, the schema is refused; nothing else is.
    expect(faults.filter(fault => !/status of 401/.test(fault))).toEqual([]);
    await page.close();
  },
);

test('the page allows only what the hub itself serves, and may be put into no frame', async () => {
  const page = await fetch(`${hub.url}/graphiql`);
  const policy = page.headers.get('content-security-policy') ?? '';

  expect(page.status).toBe(200);
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  const text = await page.text();
  expect(text).not.toMatch(/<script(?![^>]* src="\/graphiql\/)|https?:/);
  for (const [, address] of text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    const part = await fetch(`${hub.url}${address}`);
    expect(part.status, address).toBe(200);
    expect(part.headers.get('content-type'), address).toMatch(/^text\/(javascript|css); charset=utf-8$/i);
    expect(part.headers.get('x-content-type-options')).toBe('nosniff');
  }
  for (const name of [
    '..%2fpackage.json',
    'graphql-ws/server.js',
    'graphql-ws/..%2fpackage.json',
    'graphiql.min.js.map',
  ])
    expect((await fetch(`${hub.url}/graphiql/${name}`)).status, name).toBe(404);
});

test('the page can be left out', async () => {
  const bare = await testHub({ PATCHBAY_GRAPHIQL: 'off' });
  const status = async (path: string) =>
    (await fetch(`${bare.url}${path}`, { headers: { accept: 'text/html' }, redirect: 'manual' })).status;

  expect([await status('/graphiql'), await status('/graphiql/react.js'), await status('/graphql')]).toEqual([
    404, 404, 405,
  ]);
  await bare.close();
});
