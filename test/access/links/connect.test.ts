import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GongAccounts, startGongAccounts } from '../../kit/gong-accounts.js';
import {
  addContact,
  connectLink,
  formOf,
  GuestBrowser,
  keptMails,
  lastCode,
  reconnectLink,
  verifiedGuest,
} from '../../kit/guest.js';
import { type TestHub, testHub } from '../../kit/hub.js';
import { connectedCustomer, startImport, watchToEnd } from '../../kit/trip.js';
import { watchForStatus } from '../../kit/watch.js';

let hub: TestHub;
let accounts: GongAccounts;
beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub({ ...accounts.env, PATCHBAY_OPERATOR_NAME: 'Example <Ltd>' });
});
afterAll(async () => {
  await hub?.close();
  await accounts?.close();
});

async function customerWithContact() {
  const { createCustomer } = await hub.ask('mutation { createCustomer(input: { name: "Acme & Sons" }) { id } }');
  const contact = await addContact(hub, createCustomer.id);
  return { customerId: createCustomer.id as string, contact };
}

async function connectionsOf(customerId: string) {
  const document = `query ($customerId: ID!) { connections(customerId: $customerId) {
    nodes { id accountName createdBy health { credential } } } }`;
  return (await hub.ask(document, { customerId })).connections.nodes;
}

async function linkOf(customerId: string) {
  const document = `query ($customerId: ID!) { links(customerId: $customerId) {
    nodes { id state purpose connectionId revokedBecause openedAt verifiedAt usedAt colleague { name email sameDomain decision } } } }`;
  return (await hub.ask(document, { customerId })).links.nodes[0];
}

async function factsOf(customerId: string): Promise<string[]> {
  const document = 'query ($customerId: ID!) { facts(customerId: $customerId, first: 100) { nodes { kind } } }';
  const { facts } = await hub.ask(document, { customerId });
  return facts.nodes.map(({ kind }: { kind: string }) => kind).toReversed();
}

async function actsOf(customerId: string): Promise<string[]> {
  const document = 'query ($customerId: ID!) { auditEntries(customerId: $customerId, first: 100) { nodes { act } } }';
  const { auditEntries } = await hub.ask(document, { customerId });
  return auditEntries.nodes.map(({ act }: { act: string }) => act).toReversed();
}

describe('a contact with a connect link', () => {
  test('reads the page in their language, whatever the browser asks for', async () => {
    const { customerId, contact } = await customerWithContact();
    await hub.ask('mutation ($i: ChangeContactInput!) { changeContact(input: $i) { id } }', {
      i: { id: contact.id, language: 'de-AT' },
    });
    const { address } = await connectLink(hub, customerId, contact.id);
    const { page } = await verifiedGuest(hub, customerId, address);

    expect(page.title).toBe('Zugang zu Gong geben');
    expect(page.text).toContain('<html lang="de">');
    expect(page.text).toContain('Ausprobieren und weiter');
    // What platforms call things is theirs, and says in which language it is.
    expect(page.text).toContain('lang="en">Access key');
    expect(page.text).not.toMatch(/What you need|Try and go on|Steps|For your safety|There is a problem/);

    const lost = async (language: string) =>
      (await fetch(`${hub.url}/connect/none`, { headers: { 'accept-language': language } })).text();
    expect(await lost('fr, de-CH;q=0.8, en;q=0.5')).toContain('Dieser Link funktioniert nicht');
    expect(await lost('fr')).toContain('This link does not work');
  });

  test('connects an account with its key, in five steps', async () => {
    const account = await accounts.open();
    const { customerId, contact } = await customerWithContact();
    const { address, link } = await connectLink(hub, customerId, contact.id);
    expect(link).toMatchObject({ state: 'MADE', purpose: 'CONNECT', connectionId: null });
    const guest = new GuestBrowser(hub.url);

    const intro = await guest.open(address);
    expect(intro).toMatchObject({ status: 200, title: 'Connect Gong' });
    for (const said of ['Example &lt;Ltd&gt;', 'Acme &amp; Sons', 'Transcripts', 'a•••••@a•••••.example'])
      expect(intro.text).toContain(said);
    expect((await guest.send('start')).title).toBe('Enter your code');
    const code = await lastCode(hub, customerId);
    const waysIn = await guest.send('code', { code: `${code.slice(0, 3)} ${code.slice(3)}` });
    expect(waysIn.title).toBe('Give access to Gong');
    const confirm = await guest.send('keys', { method: '0', ...formOf(account.secret) });
    expect(confirm.title).toBe('Is this the right account?');
    expect(await connectionsOf(customerId)).toEqual([]);
    const done = await guest.send('confirm');

    expect(done.title).toBe('Connected');
    const [connection] = await connectionsOf(customerId);
    expect(connection).toMatchObject({ createdBy: 'Ada Lovelace, by link', health: { credential: 'VALID' } });
    expect(await linkOf(customerId)).toMatchObject({ state: 'USED', connectionId: connection.id });
    expect(await factsOf(customerId)).toEqual(['LINK_MADE', 'CONNECTION_CONNECTED']);
    expect(await actsOf(customerId)).toEqual([
      ...['customer.created', 'contact.created', 'link.made', 'link.code-sent', 'mail.read', 'link.verified'],
      ...['connection.connected', 'link.used'],
    ]);
    const [told] = await keptMails(hub, customerId);
    expect(told).toMatchObject({ recipientAddress: contact.email });
    expect(told?.subject).toMatch(/is connected$/);
    expect((await guest.open(`${hub.url}/connect`)).title).toBe('Connected');
    expect((await new GuestBrowser(hub.url).open(address)).status).toBe(404);
  });

  test('gets it by mail, and is asked by the member of staff who made it', async () => {
    const { customerId, contact } = await customerWithContact();
    const { createStaff } = await hub.ask(
      'mutation ($input: CreateStaffInput!) { createStaff(input: $input) { id } }',
      { input: { name: 'Grace Hopper', email: 'grace@example.com', role: 'CS' } },
    );
    const { createApiKey } = await hub.ask(
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
      { input: { label: 'desk', role: 'CS', staffId: createStaff.id } },
    );
    const { createConnectLink } = await hub.ask(
      'mutation ($input: CreateConnectLinkInput!) { createConnectLink(input: $input) { address link { madeBy } } }',
      { input: { customerId, platform: 'gong', contactId: contact.id } },
      createApiKey.secret,
    );

    expect(createConnectLink).toEqual({ address: null, link: { madeBy: 'Grace Hopper' } });
    const [mail] = await keptMails(hub, customerId);
    expect(mail).toMatchObject({ recipientAddress: contact.email });
    const [address = ''] = new RegExp(`${hub.url}/connect/[\\w-]{43}`).exec(mail?.text ?? '') ?? [];
    expect((await new GuestBrowser(hub.url).open(address)).text).toContain('Grace Hopper, Example &lt;Ltd&gt;');
  });

  test('is told what is wrong with a key and what to do, and tries again', async () => {
    const account = await accounts.open();
    const { customerId, contact } = await customerWithContact();
    const { address } = await connectLink(hub, customerId, contact.id);
    const guest = await verifiedGuest(hub, customerId, address);

    const refused = await guest.send('keys', { method: '0', 'secret.key': 'wrong', 'secret.secret': 'wrong' });
    expect(refused.title).toBe('Give access to Gong');
    expect(refused.text).toMatch(/role="alert"[^]*Check in Gong under Admin center/);
    expect(refused.text).not.toContain('value="wrong"');
    expect((await guest.send('keys', { method: '0', 'secret.key': ' ' })).text).toContain('Copy the value again');
    await guest.send('keys', { method: '0', ...formOf(account.secret) });
    await guest.send('reject');
    expect(guest.page.title).toBe('Give access to Gong');
    expect(await connectionsOf(customerId)).toEqual([]);
    await guest.send('keys', { method: '0', ...formOf(account.secret) });
    await guest.send('confirm');

    expect(guest.page.title).toBe('Connected');
    const document = 'query ($c: ID) { auditEntries(customerId: $c, first: 50) { nodes { act actor details } } }';
    const entries = (await hub.ask(document, { c: customerId })).auditEntries.nodes;
    expect(entries.filter(({ act }: { act: string }) => act === 'credential.refused')).toMatchObject([
      { actor: 'Ada Lovelace, by link', details: { platform: 'gong', code: 'CREDENTIAL_REJECTED' } },
    ]);
  });
});

describe('a contact with a reconnect link', () => {
  test('renews the credential, and what was paused goes on by itself', async () => {
    const account = await accounts.open({ calls: 150 });
    const { customerId, connectionId } = await connectedCustomer(hub, account);
    const contact = await addContact(hub, customerId);
    account.refuse = () => 401;
    const importId = await startImport(hub, account, connectionId);
    await watchForStatus(hub, importId, 'PAUSED');
    account.refuse = (_path, key) => (key === 'new-key' ? undefined : 401);
    account.keys.add('new-key');
    const { address } = await reconnectLink(hub, connectionId, contact.id);

    const guest = await verifiedGuest(hub, customerId, address);
    expect(guest.page.text).toMatch(/the same account as before: \S+•••••/);
    await guest.send('keys', { method: '0', ...formOf(account.secretOf('new-key')) });
    await guest.send('confirm');

    expect(guest.page.title).toBe('Connected');
    expect((await watchToEnd(hub, importId)).at(-1)).toMatchObject({ status: 'COMPLETED', stored: 150 });
    expect(await connectionsOf(customerId)).toMatchObject([{ id: connectionId, health: { credential: 'VALID' } }]);
  });

  test('cannot bring another account: it is told, nothing is stored, and staff hear of it', async () => {
    const account = await accounts.open();
    const other = await accounts.open();
    const { customerId, connectionId } = await connectedCustomer(hub, account);
    const contact = await addContact(hub, customerId);
    const { address } = await reconnectLink(hub, connectionId, contact.id);
    const stored = () => hub.database.query('select * from credentials where connection_id = $1', [connectionId]);
    const before = await stored();
    const guest = await verifiedGuest(hub, customerId, address);

    await guest.send('keys', { method: '0', ...formOf(other.secret) });

    expect(guest.page.text).toContain('This is another account');
    expect((await guest.send('confirm')).title).toBe('Give access to Gong');
    expect(await stored()).toEqual(before);
    expect(await factsOf(customerId)).toContain('CONNECTION_MISMATCHED');
    expect(await actsOf(customerId)).toContain('connection.mismatched');
    expect(await hub.database.query('select sealed from link_visits where customer_id = $1', [customerId])).toEqual([
      { sealed: null },
    ]);
  });
});

const approve = 'mutation ($id: ID!, $email: String!) { approveColleague(linkId: $id, email: $email) { id } }';

describe('a contact who is not the one to do it', () => {
  test('names a colleague, who becomes a contact and gets a link when customer success approves', async () => {
    const { customerId, contact } = await customerWithContact();
    const { address, link } = await connectLink(hub, customerId, contact.id);
    const guest = await verifiedGuest(hub, customerId, address);
    await guest.open(`${hub.url}/connect?colleague`);
    expect(guest.page.title).toBe('Who can do this?');
    expect((await guest.send('colleague', { name: 'Charles Babbage', email: 'nobody' })).text).toContain(
      'Enter an e-mail address',
    );

    await guest.send('colleague', { name: 'Charles Babbage', email: 'Charles@engine.example' });
    expect(guest.page.text).toContain('send Charles Babbage a link');
    expect(await linkOf(customerId)).toMatchObject({
      state: 'VERIFIED',
      colleague: { name: 'Charles Babbage', email: 'charles@engine.example', sameDomain: false, decision: 'WAITING' },
    });
    expect(await factsOf(customerId)).toContain('LINK_COLLEAGUE_NAMED');
    expect(await keptMails(hub, customerId)).not.toContainEqual(
      expect.objectContaining({ recipientAddress: 'charles@engine.example' }),
    );
    const { approveColleague } = await hub.ask(
      'mutation ($id: ID!, $email: String!) { approveColleague(linkId: $id, email: $email) { id contact { name email role } } }',
      { id: link.id, email: 'charles@engine.example' },
    );

    expect(approveColleague.contact).toEqual({
      ...{ name: 'Charles Babbage', email: 'charles@engine.example', role: 'Named by Ada Lovelace' },
    });
    const [mail] = await keptMails(hub, customerId);
    expect(mail).toMatchObject({ recipientAddress: 'charles@engine.example' });
    expect((await guest.open(`${hub.url}/connect`)).status).toBe(404);
    const [theirs = ''] = new RegExp(`${hub.url}/connect/[\\w-]{43}`).exec(mail?.text ?? '') ?? [];
    expect((await new GuestBrowser(hub.url).open(theirs)).title).toBe('Connect Gong');
    const twice = await hub.refused(approve, { id: link.id, email: 'charles@engine.example' });
    expect(twice.extensions.code).toBe('CONFLICT');
  });

  test('has the colleague approved whom customer success saw, and nobody who was named since', async () => {
    const { customerId, contact } = await customerWithContact();
    const { address, link } = await connectLink(hub, customerId, contact.id);
    const guest = await verifiedGuest(hub, customerId, address);
    await guest.send('colleague', { name: 'Charles Babbage', email: 'charles@acme.example' });
    await guest.send('colleague', { name: 'Mallory', email: 'mallory@evil.example' });

    const refused = await hub.refused(approve, { id: link.id, email: 'charles@acme.example' });

    expect(refused.extensions).toMatchObject({ code: 'CONFLICT', field: 'email' });
    expect((await linkOf(customerId)).colleague).toMatchObject({ email: 'mallory@evil.example', decision: 'WAITING' });
    expect((await keptMails(hub, customerId)).map(({ recipientAddress }) => recipientAddress)).not.toContain(
      'mallory@evil.example',
    );
  });

  test('has nobody approved once the link was ended', async () => {
    const { customerId, contact } = await customerWithContact();
    const { address, link } = await connectLink(hub, customerId, contact.id);
    const guest = await verifiedGuest(hub, customerId, address);
    await guest.send('colleague', { name: 'Charles Babbage', email: 'charles@acme.example' });
    await hub.ask('mutation ($id: ID!) { revokeLink(id: $id) { id } }', { id: link.id });

    const refused = await hub.refused(approve, { id: link.id, email: 'charles@acme.example' });

    expect(refused.extensions).toMatchObject({ code: 'CONFLICT', field: 'linkId' });
    expect(
      (await hub.ask('query ($c: ID!) { links(customerId: $c) { totalCount } }', { c: customerId })).links,
    ).toEqual({
      totalCount: 1,
    });
  });

  test('can still do it when the colleague is declined', async () => {
    const { customerId, contact } = await customerWithContact();
    const { address, link } = await connectLink(hub, customerId, contact.id);
    const guest = await verifiedGuest(hub, customerId, address);
    await guest.send('colleague', { name: 'Charles Babbage', email: 'charles@acme.example' });

    await hub.ask('mutation ($id: ID!) { declineColleague(linkId: $id) { id } }', { id: link.id });

    expect((await guest.open(`${hub.url}/connect`)).title).toBe('Give access to Gong');
    expect(guest.page.text).not.toContain('Charles');
    expect(await linkOf(customerId)).toMatchObject({ colleague: { sameDomain: true, decision: 'DECLINED' } });
  });
});
