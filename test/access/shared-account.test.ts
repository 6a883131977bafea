/** One account at a platform under two customers: the operator is told, and neither of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectGong } from '../kit/trip.js';
import { newCustomer } from '../kit/sign-in.js';
import { until } from '../kit/until.js';

let accounts: GongAccounts;
let hub: TestHub;

beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub(accounts.env);
});
afterAll(async () => {
  await hub?.close();
  await accounts?.close();
});

const shared = async () =>
  (await hub.ask('{ sharedAccounts { platform accountId accountName connections { id customerId } } }')).sharedAccounts;
const told = async () =>
  (await hub.ask('{ facts(kinds: [ACCOUNT_SHARED]) { nodes { connectionId details } } }')).facts.nodes;
/** What a customer's own key sees of its connection. */
async function seenBy(customerId: string): Promise<string> {
  const { createApiKey } = await hub.ask('mutation ($i: CreateApiKeyInput!) { createApiKey(input: $i) { secret } }', {
    i: { label: 'own', role: 'CUSTOMER', customerId },
  });
  const fields = 'accountName warnings { message } lastError { message } health { credential }';
  const { connections } = await hub.ask(`{ connections { totalCount nodes { ${fields} } } }`, {}, createApiKey.secret);
  return JSON.stringify(connections);
}

test('an account that two customers connect is told to the operator once, and looks to both like any other', async () => {
  const account = await accounts.open({ calls: 1 });
  const [first, second] = [await newCustomer(hub, 'First'), await newCustomer(hub, 'Second')];
  const one = await connectGong(hub, account, first);
  expect(await shared()).toEqual([]);
  const before = await seenBy(first);

  const two = await connectGong(hub, account, second);
  const [fact] = await until('the operator is told', async () => {
    const facts = await told();
    return facts.length > 0 && facts;
  });

  expect(fact).toMatchObject({
    details: {
      platform: 'gong',
      customers: ['First', 'Second'],
      customerIds: [first, second],
      remedy: expect.stringContaining('Neither customer'),
    },
  });
  expect(await shared()).toEqual([
    {
      ...{ platform: 'gong', accountId: one.accountId, accountName: one.accountName },
      connections: [
        { id: one.id, customerId: first },
        { id: two.id, customerId: second },
      ],
    },
  ]);
  expect([await seenBy(first), await seenBy(second)]).toEqual([before, before]);

  await connectGong(hub, account, second);
  await hub.ask('mutation ($id: ID!) { disconnect(connectionId: $id) { id } }', { id: one.id });
  await until('all facts were reacted to', async () => {
    const waiting = await hub.database.query('select 1 from facts where awaits_reaction');
    return waiting.length === 0;
  });
  expect([(await told()).length, await shared()]).toEqual([1, []]);

  // It was over, so it is news.
  await connectGong(hub, account, first);
  await until('the operator is told again', async () => (await told()).length === 2);
});
