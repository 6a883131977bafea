/** Mails as a mail server gets them, seen as people see them: on a desk and on a phone, in the light and in the dark. */
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type WatchedHub, watchedHub } from '../kit/alerts.js';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { htmlOf } from '../kit/mail-parts.js';
import { type MailServer, startMailServer } from '../kit/mail-server.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';
import { findChromium } from './chromium.js';
import { expectReadable, expectUsable } from './usable.js';

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn(
    'SKIPPED: no Chromium on this machine, so mails were not looked at in a browser. Install one, or name it in CHROMIUM.',
  );
}

let hub: WatchedHub;
let accounts: GongAccounts;
let server: MailServer;
let browser: Browser | undefined;
beforeAll(async () => {
  if (executablePath === undefined) return;
  [accounts, server] = await Promise.all([startGongAccounts(), startMailServer()]);
  hub = await watchedHub({
    ...accounts.env,
    PATCHBAY_OPERATOR_NAME: 'Example Ltd',
    PATCHBAY_SMTP_URL: server.url,
    PATCHBAY_MAIL_FROM: 'Example Ltd <hub@example.com>',
    PATCHBAY_CALLS_URL: 'https://app.example.com/calls?import={import}',
  });
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
  browser = await chromium.launch({ executablePath, args });
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  await Promise.all([accounts?.close(), server?.close()]);
});

const longName = 'Gesellschaft-für-Donaudampfschifffahrtsversicherungsangelegenheiten-und-Nachfolger';

/** One of each mail that leaves the house. */
async function allMails(): Promise<readonly { readonly name: string; readonly html: string }[]> {
  const account = await accounts.open({ calls: 40, broken: [3, 9] });
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  await hub.database.query('update customers set name = $2 where id = $1', [customerId, longName]);
  const person = (language: string, name: string) =>
    hub.ask('mutation ($input: CreateContactInput!) { createContact(input: $input) { id } }', {
      input: { customerId, name, email: `${language}@acme.example`, role: 'administrator', language },
    });
  const ada = (await person('de', 'Ada Lovelace')).createContact.id;
  await hub.ask('mutation ($i: CreateConnectLinkInput!) { createConnectLink(input: $i) { link { id } } }', {
    i: { customerId, platform: 'gong', contactId: ada },
  });
  await watchToEnd(hub, await startImport(hub, account, connectionId));
  await hub.look();
  const { setUpMail } = await hub.ask('mutation ($i: SetUpMailInput!) { setUpMail(input: $i) { id } }', {
    i: { name: 'notices', recipientId: (await person('en', 'Grace Hopper')).createContact.id, customerId },
  });
  await hub.database.query(
    "update connections set credential_health = 'broken', credential_checked_at = business_now() where id = $1",
    [connectionId],
  );
  await hub.look();
  await hub.look(2);
  await hub.pass(3);
  await hub.ask('mutation ($id: ID!) { sendTestNotice(channelId: $id) { id } }', { id: setUpMail.id });
  const wanted = { link: /bitte/, imported: /abgeschlossen/, notice: /notices|Error|Warning/ };
  return Promise.all(
    Object.entries(wanted).map(async ([name, subject]) => {
      const { raw } = await until(`the mail "${name}"`, () =>
        server.received.find(mail => subject.test(decoded(mail.header('Subject') ?? ''))),
      );
      return { name, html: htmlOf(raw) };
    }),
  );
}

/** A subject that has other letters than those of ASCII is encoded. */
function decoded(subject: string): string {
  return subject.replaceAll(/=\?utf-8\?(q|b)\?([^?]*)\?=\s*/gi, (_, way: string, text: string) =>
    way.toLowerCase() === 'b'
      ? Buffer.from(text, 'base64').toString()
      : decodeURIComponent(
          text
            .replaceAll('_', ' ')
            .replaceAll('%', '%25')
            .replaceAll(/=([0-9A-F]{2})/gi, '%$1'),
        ),
  );
}

test.skipIf(executablePath === undefined)(
  'every mail can be read on a desk and on a phone, in the light and in the dark, and loads nothing',
  async () => {
    const page = await (browser as Browser).newPage();
    const asked: string[] = [];
    page.on('request', request => void asked.push(request.url()));
    for (const { name, html } of await allMails()) {
      await page.setContent(html);
      await expectReadable(page, `mail ${name}`);
      expect(html).not.toMatch(/<(img|script|iframe|link|object|form)\b|url\(|@import/i);
    }
    expect(asked.filter(url => /^https?:/.test(url))).toEqual([]);
    await page.context().close();
  },
);

test.skipIf(executablePath === undefined)('the page on which mails are ended can be used by everybody', async () => {
  const page = await (browser as Browser).newPage();
  const letter = await until('a mail that can be ended', () =>
    server.received.find(mail => mail.header('List-Unsubscribe') !== undefined),
  );
  await page.goto(/<(.+)>/.exec(letter.header('List-Unsubscribe') ?? '')?.[1] ?? '');
  await expectUsable(page, 'ending mails');
  await page.getByRole('button').click();
  await page.getByRole('heading', { name: /beendet|ended/ }).waitFor();
  await expectUsable(page, 'mails ended');
  await page.context().close();
});
