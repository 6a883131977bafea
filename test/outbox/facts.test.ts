import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, connectGong, startImport } from '../kit/trip.js';
import { watchForStatus } from '../kit/watch.js';

let hub: TestHub;
let accounts: GongAccounts;
beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub(accounts.env);
});
afterAll(async () => {
  await hub?.close();
  await accounts?.close();
});

async function kindsOf(connectionId: string, kinds: readonly string[] | null = null): Promise<string[]> {
  const document = `query ($connectionId: ID!, $kinds: [FactKind!]) {
    facts(connectionId: $connectionId, kinds: $kinds) { nodes { kind } } }`;
  const { facts } = await hub.ask(document, { connectionId, kinds });
  return facts.nodes.map(({ kind }: { kind: string }) => kind).toReversed();
}

const cut = (connectionId: string) =>
  hub.ask('mutation ($id: ID!) { disconnect(connectionId: $id) { id } }', { id: connectionId });

test('what happens to a connection is a fact, once, in the order in which it happened', async () => {
  const account = await accounts.open({ calls: 60 });
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  account.refuse = () => 401;
  const both = [await startImport(hub, account, connectionId), await startImport(hub, account, connectionId)];
  await Promise.all(both.map(id => watchForStatus(hub, id, 'PAUSED')));
  account.refuse = undefined;
  await connectGong(hub, account, customerId);
  await cut(connectionId);
  await cut(connectionId);

  const own = ['CONNECTION_CONNECTED', 'CONNECTION_BROKEN', 'CONNECTION_RENEWED', 'CONNECTION_DISCONNECTED'];
  expect(await kindsOf(connectionId, own)).toEqual(own);
  expect(await kindsOf(connectionId, ['CONNECTION_BROKEN'])).toEqual(['CONNECTION_BROKEN']);
});

test('what was rolled back never happened', async () => {
  const account = await accounts.open();
  const { connectionId } = await connectedCustomer(hub, account);
  await hub.database.query(
    `create function refuse() returns trigger language plpgsql as $$ begin raise 'not now'; end $$;
     create trigger refuse before insert on audit_entries for each row when (new.act = 'connection.disconnected')
       execute function refuse()`,
  );

  const { errors } = await hub.graphql('mutation ($id: ID!) { disconnect(connectionId: $id) { id } }', {
    id: connectionId,
  });
  await hub.database.query('drop trigger refuse on audit_entries');

  expect(errors).toHaveLength(1);
  expect(await kindsOf(connectionId)).toEqual(['CONNECTION_CONNECTED']);
});
