/** What customers are told when an import is complete, and how they end that. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AddressUnknown } from '../../src/core/errors.js';
import { type WatchedHub, watchedHub } from '../kit/alerts.js';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { htmlOf, textOf } from '../kit/mail-parts.js';
import { type MailServer, type ReceivedMail, startMailServer } from '../kit/mail-server.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

let hub: WatchedHub;
let accounts: GongAccounts;
let mail: MailServer;
beforeAll(async () => {
  [accounts, mail] = await Promise.all([startGongAccounts(), startMailServer()]);
  hub = await watchedHub({
    ...accounts.env,
    PATCHBAY_OPERATOR_NAME: 'Example Ltd',
    PATCHBAY_SMTP_URL: mail.url,
    PATCHBAY_MAIL_FROM: 'Example Ltd <hub@example.com>',
    PATCHBAY_CALLS_URL: 'https://app.example.com/{customer}/calls?import={import}',
  });
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([accounts?.close(), mail?.close()]);
});

interface Person {
  readonly id: string;
  readonly email: string;
}

async function addContact(customerId: string, more: object = {}): Promise<Person> {
  const email = `ada-${crypto.randomUUID()}@acme.example`;
  const input = { customerId, name: 'Ada Lovelace', email, role: 'Gong administrator', ...more };
  const document = 'mutation ($input: CreateContactInput!) { createContact(input: $input) { id mails language } }';
  return { id: (await hub.ask(document, { input })).createContact.id, email };
}

async function connected() {
  const account = await accounts.open({ calls: 27, broken: [3, 9] });
  return { account, ...(await connectedCustomer(hub, account)) };
}

/** An import to its end, and what the customer is told of it. */
async function imported({ account, connectionId }: Awaited<ReturnType<typeof connected>>): Promise<string> {
  const id = await startImport(hub, account, connectionId);
  await watchToEnd(hub, id);
  await hub.look();
  return id;
}

const mailsTo = ({ email }: Person): ReceivedMail[] => mail.received.filter(({ to }) => to.includes(email));
const arrived = (person: Person, count = 1) =>
  until('the mail is there', () => mailsTo(person).length >= count && mailsTo(person)[count - 1]);
const kept = async (customerId: string) =>
  (
    await hub.ask('query ($c: ID) { mails(customerId: $c) { nodes { status kind language subject } } }', {
      c: customerId,
    })
  ).mails.nodes;
/** The address at which these mails are ended, as mail programs find it. */
const endOf = (letter: ReceivedMail): string => /^<(.+)>$/.exec(letter.header('List-Unsubscribe') ?? '')?.[1] ?? '';

test('the contact reads what came, what could not, and where it is, once', async () => {
  const place = await connected();
  const ada = await addContact(place.customerId);
  const other = await addContact(place.customerId, { name: 'Bob', role: 'assistant' });

  const id = await imported(place);
  const letter = await arrived(ada);
  await hub.look(1);
  await hub.look(1);

  const calls = `https://app.example.com/${place.customerId}/calls?import=${id}`;
  expect(letter.header('Subject')).toBe('Example Ltd: import complete, 25 calls from Gong');
  // The same in both: in one as lines, in the other as a table.
  const html = htmlOf(letter.raw).replaceAll(/<\/th><td[^>]*>/g, ': ');
  for (const text of [textOf(letter.raw), html]) {
    expect(text).toContain('Hello Ada Lovelace,');
    for (const line of ['Calls: 25', 'With a transcript: 25', 'Could not be imported: 2']) expect(text).toContain(line);
    expect(text).toContain(calls);
    expect(text).toContain(endOf(letter));
  }
  expect(htmlOf(letter.raw)).toContain(`<a class="button" href="${calls}"`);
  expect(mailsTo(ada)).toHaveLength(1);
  expect(mailsTo(other)).toHaveLength(0);
  expect(await kept(place.customerId)).toMatchObject([{ status: 'SENT', kind: 'IMPORTS', language: 'en' }]);
});

test('a customer without a contact is mailed nothing, and staff are told all the same', async () => {
  const place = await connected();
  const id = await imported(place);

  expect(await kept(place.customerId)).toEqual([]);
  const [row] = await hub.database.query<{ told: boolean }>(
    'select told_at is not null as told from imports where id = $1',
    [id],
  );
  expect(row?.told).toBe(true);
});

test('while nobody knows where people reach the hub the mail waits, and nothing is logged as an error', async () => {
  const place = await connected();
  const ada = await addContact(place.customerId);
  const house = hub.house as { linkUrl: typeof hub.house.linkUrl };
  const { linkUrl } = house;
  house.linkUrl = async () => {
    throw new AddressUnknown();
  };
  try {
    await imported(place);
    await hub.look(1);
  } finally {
    house.linkUrl = linkUrl;
  }
  expect(await kept(place.customerId)).toEqual([]);
  expect(hub.logged()).not.toContain('Nobody could be told of something');
  await hub.look(1);
  await arrived(ada);
});

test('whoever reads German gets German, page included', async () => {
  const place = await connected();
  const ada = await addContact(place.customerId, { language: 'de-AT' });
  await imported(place);

  const letter = await arrived(ada);
  expect(htmlOf(letter.raw)).toContain('<html lang="de">');
  expect(textOf(letter.raw)).toMatch(
    /Guten Tag Ada Lovelace,[^]*Gespräche: 25[^]*über abgeschlossene Importe\? Diese E-Mails beenden:\s+http/,
  );
  expect(await (await fetch(endOf(letter))).text()).toContain('Diese E-Mails nicht mehr erhalten?');

  const refused = await hub.refused('mutation ($i: ChangeContactInput!) { changeContact(input: $i) { language } }', {
    i: { id: ada.id, language: 'German' },
  });
  expect(refused.extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input.language' });
});

const setUpMail = async (input: object) =>
  (
    await hub.ask('mutation ($input: SetUpMailInput!) { made: setUpMail(input: $input) { id language } }', {
      input: { name: 'Ada', ...input },
    })
  ).made;

test('a contact reads notices in their language, whole, and staff in that of their channel', async () => {
  const place = await connected();
  const ada = await addContact(place.customerId, { language: 'de-AT', mails: ['NOTICES'] });
  const email = `grace-${crypto.randomUUID()}@example.com`;
  const { createStaff: grace } = await hub.ask('mutation ($i: CreateStaffInput!) { createStaff(input: $i) { id } }', {
    i: { name: 'Grace Hopper', email, role: 'CS' },
  });
  const ofAda = await setUpMail({ recipientId: ada.id });
  const ofGrace = await setUpMail({ recipientId: grace.id, customerId: place.customerId, language: 'de' });
  expect([ofAda.language, ofGrace.language]).toEqual(['de-AT', 'de']);

  await imported(place);
  await hub.pass(2);
  for (const person of [ada, { id: grace.id, email }]) {
    const letter = await arrived(person);
    expect(htmlOf(letter.raw)).toContain('Import abgeschlossen: 25 Gespräche aus Gong</h1>');
    expect(htmlOf(letter.raw)).toContain('<html lang="de">');
    expect(textOf(letter.raw)).toMatch(/Nicht zu verwendende Einträge: 2\s+Beauftragt von:/);
    expect(textOf(letter.raw)).not.toMatch(/About|Asked for|See the calls|Import done/);
  }

  const change = 'mutation ($i: ChangeNoticeChannelInput!) { changeNoticeChannel(input: $i) { language } }';
  expect((await hub.ask(change, { i: { id: ofGrace.id, language: 'en' } })).changeNoticeChannel.language).toBe('en');
  const { notices } = await hub.ask('query ($c: ID) { notices(channelId: $c) { nodes { lines } } }', { c: ofGrace.id });
  expect(notices.nodes[0].lines).toContain('Records that could not be used: 2');
  for (const i of [
    { id: ofAda.id, language: 'en' },
    { id: ofGrace.id, language: 'xx-klingon' },
  ])
    expect((await hub.refused(change, { i })).extensions).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'input.language',
    });
  await hub.ask('mutation ($id: ID!) { removeNoticeChannel(id: $id) { id } }', { id: ofGrace.id });
});

test('who is mailed about an import is told nothing of it by a notice, and others are', async () => {
  const place = await connected();
  const [ada, joan] = [await addContact(place.customerId), await addContact(place.customerId, { role: 'sales' })];
  const [ofAda, ofJoan] = [await setUpMail({ recipientId: ada.id }), await setUpMail({ recipientId: joan.id })];

  await imported(place);
  await arrived(ada);

  const titles = async (c: string) =>
    (await hub.ask('query ($c: ID) { notices(channelId: $c) { nodes { title } } }', { c })).notices.nodes;
  expect(await titles(ofAda.id)).toEqual([]);
  expect(await titles(ofJoan.id)).toEqual([{ title: 'Import done: 25 calls from Gong' }]);
});

test('these mails are ended by the button of the mail program, by the page, or by staff, and only these', async () => {
  const place = await connected();
  const ada = await addContact(place.customerId);
  await imported(place);
  const letter = await arrived(ada);
  expect(letter.header('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
  const url = endOf(letter);

  // Scanners look at every link.
  const looked = await fetch(url);
  expect([looked.status, looked.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(looked.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await looked.text()).toContain('<form method="post">');
  const contact = async () =>
    (await hub.ask('query ($c: ID) { contacts(customerId: $c) { nodes { mails } } }', { c: place.customerId })).contacts
      .nodes[0].mails;
  expect(await contact()).toEqual(['IMPORTS', 'NOTICES']);

  for (let twice = 0; twice < 2; twice++) {
    const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
    const ended = await fetch(url, { method: 'POST', body });
    expect([ended.status, await ended.text()]).toEqual([200, expect.stringContaining('These mails have ended')]);
  }
  expect(await contact()).toEqual(['NOTICES']);
  await imported(place);
  expect(mailsTo(ada)).toHaveLength(1);
  const { auditEntries } = await hub.ask(
    'query ($c: ID) { auditEntries(customerId: $c, first: 100) { nodes { act actor } } }',
    { c: place.customerId },
  );
  const acts = auditEntries.nodes.filter(({ act }: { act: string }) => act === 'contact.unsubscribed');
  expect(acts).toEqual([{ act: 'contact.unsubscribed', actor: 'Ada Lovelace, by a link in a mail' }]);

  await hub.ask('mutation ($i: ChangeContactInput!) { changeContact(input: $i) { mails } }', {
    i: { id: ada.id, mails: ['IMPORTS'] },
  });
  await imported(place);
  await arrived(ada, 2);
  expect(await contact()).toEqual(['IMPORTS']);
});

test('an address that was changed, is over or is of somebody who has left says only that it does not work', async () => {
  const place = await connected();
  const ada = await addContact(place.customerId);
  await imported(place);
  const url = endOf(await arrived(ada));
  const [contactId, kind, until = '', signature] = (url.split('/').at(-1) ?? '').split('.');
  const base = url.slice(0, url.lastIndexOf('/'));
  const pages = new Set<string>();
  for (const token of [
    [contactId, 'NOTICES', until, signature],
    [contactId, kind, String(Number(until) + 1), signature],
    [crypto.randomUUID(), kind, until, signature],
    [contactId, kind, until, ''],
    [contactId, kind, until],
    [contactId, kind, until, signature, ''],
    ['%00'],
  ]) {
    const answer = await fetch(`${base}/${token.join('.')}`, { method: 'POST' });
    expect(answer.status, token.join('.')).toBe(404);
    pages.add(await answer.text());
  }
  await hub.ask('mutation ($id: ID!) { endContact(id: $id) { id } }', { id: ada.id });
  const left = await fetch(url, { method: 'POST' });
  expect(left.status).toBe(404);
  pages.add(await left.text());
  expect(pages.size).toBe(1);
});

test('many imports in a day are at most three mails, and what waits is not sent to whoever has ended it', async () => {
  const place = await connected();
  const ada = await addContact(place.customerId);
  await imported(place);
  await arrived(ada);
  // As if there had been two more.
  await hub.database.query(
    `insert into mails select (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid()))).*
     from mails m, generate_series(1, 2) where contact_id = $1`,
    [ada.id],
  );
  await imported(place);
  await imported(place);
  expect(await kept(place.customerId)).toHaveLength(3);
  // A day later they come together, and once.
  await hub.database.query("update mails set created_at = created_at - interval '1 day' where contact_id = $1", [
    ada.id,
  ]);
  await hub.look();
  await hub.look();
  const together = await until('they are told', () =>
    mailsTo(ada).find(letter => letter.header('Subject') === 'Example Ltd: 2 more imports complete'),
  );
  const line = /Gong account "[^"]+" of [^\n]+: 25 calls, 2 could not be imported/g;
  expect(textOf(together.raw).match(line)).toHaveLength(2);
  expect(textOf(together.raw)).toContain(`https://app.example.com/${place.customerId}/calls?import=`);
  expect(await kept(place.customerId)).toHaveLength(4);

  const busy = await connected();
  const bob = await addContact(busy.customerId);
  mail.answer = ({ to }) => (to.includes(bob.email) ? 451 : undefined);
  await imported(busy);
  const attempts = () =>
    hub.database.query<{ attempts: number; status: string; problem: string }>(
      'select attempts, status, problem from mails where contact_id = $1',
      [bob.id],
    );
  await until('it was refused', async () => ((await attempts())[0]?.problem ?? null) !== null);
  await hub.ask('mutation ($i: ChangeContactInput!) { changeContact(input: $i) { id } }', {
    i: { id: bob.id, mails: [] },
  });
  await until('it is given up', async () => {
    await hub.database.query("update mails set due_at = now() where contact_id = $1 and status = 'WAITING'", [bob.id]);
    return (await attempts())[0]?.status === 'DEAD';
  });
  expect((await attempts())[0]?.problem).toBe('They have ended these mails, or have left.');
  expect(mailsTo(bob)).toHaveLength(0);
  mail.answer = undefined;
});

test('notices of a channel for a contact carry the same way to end them, and then are not written any more', async () => {
  const place = await connected();
  const ada = await addContact(place.customerId, { mails: ['NOTICES'] });
  const { setUpMail } = await hub.ask('mutation ($input: SetUpMailInput!) { setUpMail(input: $input) { id } }', {
    input: { name: 'Ada', recipientId: ada.id },
  });
  await hub.ask('mutation ($id: ID!) { sendTestNotice(channelId: $id) { id } }', { id: setUpMail.id });
  const letter = await arrived(ada);
  const notices = async () =>
    (await hub.ask('query ($c: ID) { notices(channelId: $c) { totalCount } }', { c: setUpMail.id })).notices.totalCount;

  await imported(place);
  expect(await notices()).toBe(2);
  expect(endOf(letter)).toContain('.NOTICES.');
  expect((await fetch(endOf(letter), { method: 'POST' })).status).toBe(200);
  await imported(place);
  expect(await notices()).toBe(2);
});
