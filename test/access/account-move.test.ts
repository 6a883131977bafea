/** A customer changes its account at a platform: a new connection, which takes two members of staff. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { addContact, formOf, type KeptMail, keptMails, verifiedGuest } from '../kit/guest.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer } from '../kit/trip.js';
import { until } from '../kit/until.js';

let accounts: GongAccounts;
let hub: TestHub;
let keys: Record<'ada' | 'adaAgain' | 'grace', string>;

beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub(accounts.env);
  const [ada, grace] = [await staff('Ada'), await staff('Grace')];
  keys = { ada: await keyOf(ada), adaAgain: await keyOf(ada), grace: await keyOf(grace) };
});
afterAll(async () => {
  await hub?.close();
  await accounts?.close();
});

async function staff(name: string): Promise<string> {
  const input = { name, email: `${name}@house.example`, role: 'CS' };
  return (await hub.ask('mutation ($i: CreateStaffInput!) { createStaff(input: $i) { id } }', { i: input })).createStaff
    .id;
}
async function keyOf(staffId: string): Promise<string> {
  const input = { label: 'desk', role: 'CS', staffId };
  return (await hub.ask('mutation ($i: CreateApiKeyInput!) { createApiKey(input: $i) { secret } }', { i: input }))
    .createApiKey.secret;
}
const fields = 'id state requestedBy decidedBy linkId newConnectionId';
const requestDocument = `mutation ($input: RequestAccountMoveInput!) { requestAccountMove(input: $input) { ${fields} } }`;
const deciding = (verb: 'approve' | 'decline') => `mutation ($id: ID!) { ${verb}AccountMove(id: $id) { ${fields} } }`;

const waitingForLocks = (count: number) =>
  until(`${count} to wait`, async () => {
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return (await hub.database.query(waiting)).length >= count;
  });

async function prepared() {
  const old = await accounts.open({ calls: 1 });
  const { customerId, connectionId } = await connectedCustomer(hub, old);
  const contact = await addContact(hub, customerId);
  const input = { connectionId, contactId: contact.id, reason: 'They have merged with Beta.' };
  return { old, customerId, connectionId, contact, input };
}
const request = async (input: object, key = keys.ada) =>
  (await hub.ask(requestDocument, { input }, key)).requestAccountMove;
const addressIn = (mails: readonly KeptMail[]): string =>
  mails.map(({ text }) => /http\S+\/connect\/\S+/.exec(text)?.[0]).find(Boolean) ?? '';
const actsOf = async (customerId: string): Promise<string[]> =>
  (
    await hub.ask('query ($c: ID) { auditEntries(customerId: $c, first: 50) { nodes { act } } }', { c: customerId })
  ).auditEntries.nodes.map(({ act }: { act: string }) => act);

describe('a move to another account', () => {
  test('is asked for by one, approved by another, and a new connection by the link; the old one is then over', async () => {
    const { customerId, connectionId, input } = await prepared();
    const fresh = await accounts.open({ calls: 1 });
    const move = await request(input);
    expect(move).toMatchObject({ state: 'WAITING', requestedBy: 'Ada', decidedBy: null, linkId: null });

    const approved = (await hub.ask(deciding('approve'), { id: move.id }, keys.grace)).approveAccountMove;
    expect(approved).toMatchObject({ state: 'APPROVED', decidedBy: 'Grace', linkId: expect.any(String) });
    const guest = await verifiedGuest(hub, customerId, addressIn(await keptMails(hub, customerId)));
    await guest.send('keys', { method: '0', ...formOf(fresh.secret) });
    expect((await guest.send('confirm')).title).toBe('Connected');

    const document = `query ($c: ID) { accountMoves(customerId: $c) { nodes { ${fields} } }
      connections(customerId: $c) { nodes { id health { credential } } } }`;
    const end = await until('the old connection is cut', async () => {
      const seen = await hub.ask(document, { c: customerId });
      const old = seen.connections.nodes.find(({ id }: { id: string }) => id === connectionId);
      return old.health.credential === 'DISCONNECTED' && seen;
    });
    const newId = end.connections.nodes.find(({ id }: { id: string }) => id !== connectionId);
    expect(newId.health.credential).toBe('VALID');
    expect(end.accountMoves.nodes).toEqual([{ ...approved, state: 'DONE', newConnectionId: newId.id }]);
    expect(await actsOf(customerId)).toEqual(
      expect.arrayContaining(['move.requested', 'move.approved', 'move.done', 'connection.disconnected']),
    );
  });

  test('is not approved by whoever asked for it, with whichever key, nor by a key that is nobody’s', async () => {
    const { customerId, input } = await prepared();
    const { id } = await request(input);

    for (const key of [keys.ada, keys.adaAgain, hub.adminKey]) {
      const { extensions } = await hub.refused(deciding('approve'), { id }, key);
      expect(extensions).toMatchObject({ code: 'FORBIDDEN', remedy: expect.any(String) });
    }
    expect(await keptMails(hub, customerId)).toEqual([]);
    expect(await actsOf(customerId)).not.toContain('move.approved');
  });

  test('that was declined has no link any more, and can be asked for anew', async () => {
    const { customerId, input } = await prepared();
    const { id } = await request(input);
    expect((await hub.refused(requestDocument, { input }, keys.grace)).extensions).toMatchObject({ code: 'CONFLICT' });
    await hub.ask(deciding('approve'), { id }, keys.grace);
    const address = addressIn(await keptMails(hub, customerId));

    await hub.ask(deciding('decline'), { id }, keys.ada);

    expect((await fetch(address, { redirect: 'manual' })).status).toBe(404);
    for (const verb of ['approve', 'decline'] as const)
      expect((await hub.refused(deciding(verb), { id }, keys.grace)).extensions).toMatchObject({ code: 'CONFLICT' });
    expect(await request(input)).toMatchObject({ state: 'WAITING' });
  });

  test('goes on with the colleague whom the contact named, once customer success approves of them', async () => {
    const { customerId, connectionId, input } = await prepared();
    const fresh = await accounts.open({ calls: 1 });
    const { id } = await request(input);
    const { linkId } = (await hub.ask(deciding('approve'), { id }, keys.grace)).approveAccountMove;
    const contact = await verifiedGuest(hub, customerId, addressIn(await keptMails(hub, customerId)));
    await contact.send('colleague', { name: 'Joan Clarke', email: 'joan@acme.example' });
    const approve = 'mutation ($l: ID!) { approveColleague(linkId: $l, email: "joan@acme.example") { id } }';
    const { approveColleague } = await hub.ask(approve, { l: linkId }, keys.ada);

    const colleague = await verifiedGuest(hub, customerId, addressIn(await keptMails(hub, customerId)));
    await colleague.send('keys', { method: '0', ...formOf(fresh.secret) });
    expect((await colleague.send('confirm')).title).toBe('Connected');

    const document = `query ($c: ID) { accountMoves(customerId: $c) { nodes { state linkId contact { name } } } }`;
    expect((await hub.ask(document, { c: customerId })).accountMoves.nodes).toEqual([
      { state: 'DONE', linkId: approveColleague.id, contact: { name: 'Joan Clarke' } },
    ]);
    await until('the old connection is cut', async () => {
      const seen = await hub.ask('query ($id: ID!) { connection(id: $id) { health { credential } } }', {
        id: connectionId,
      });
      return seen.connection.health.credential === 'DISCONNECTED';
    });
  });

  test('is done and not declined when the contact says yes a moment before: neither ends the other in the middle', async () => {
    const { customerId, input } = await prepared();
    const fresh = await accounts.open({ calls: 1 });
    const { id } = await request(input);
    const { linkId } = (await hub.ask(deciding('approve'), { id }, keys.grace)).approveAccountMove;
    const guest = await verifiedGuest(hub, customerId, addressIn(await keptMails(hub, customerId)));
    await guest.send('keys', { method: '0', ...formOf(fresh.secret) });

    const holder = new pg.Client({ connectionString: hub.database.url });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select 1 from links where id = $1 for update', [linkId]);
    const confirming = guest.send('confirm');
    await waitingForLocks(1);
    const declining = hub.graphql(deciding('decline'), { id }, keys.grace);
    await waitingForLocks(2);
    await holder.query('commit');
    await holder.end();

    expect((await confirming).title).toBe('Connected');
    expect((await declining).errors?.[0]?.extensions.code).toBe('CONFLICT');
    const moves = await hub.ask('query ($c: ID) { accountMoves(customerId: $c) { nodes { state } } }', {
      c: customerId,
    });
    expect(moves.accountMoves.nodes).toEqual([{ state: 'DONE' }]);
  });

  test('is not approved for a contact who has left meanwhile', async () => {
    const { customerId, contact, input } = await prepared();
    const { id } = await request(input);
    await hub.ask('mutation ($id: ID!) { endContact(id: $id) { id } }', { id: contact.id });

    const { extensions } = await hub.refused(deciding('approve'), { id }, keys.grace);
    expect(extensions).toMatchObject({ code: 'CONFLICT', field: 'id', remedy: expect.stringContaining('Decline') });
    expect(await keptMails(hub, customerId)).toEqual([]);
  });

  test('needs a reason, a connection, a contact of the customer, and a member of staff', async () => {
    const { input } = await prepared();
    const other = await prepared();
    const cases = [
      [{ ...input, reason: ' ' }, keys.ada, 'INVALID_INPUT'],
      [{ ...input, contactId: other.contact.id }, keys.ada, 'INVALID_INPUT'],
      [{ ...input, connectionId: other.contact.id }, keys.ada, 'NOT_FOUND'],
      [input, hub.adminKey, 'FORBIDDEN'],
    ] as const;
    for (const [given, key, code] of cases)
      expect((await hub.refused(requestDocument, { input: given }, key)).extensions.code).toBe(code);
  });
});
