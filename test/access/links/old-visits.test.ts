import { expect, test } from 'vitest';
import { forgetVisits } from '../../../src/access/index.js';
import type { House } from '../../../src/scope.js';
import { startGongAccounts } from '../../kit/gong-accounts.js';
import { addContact, connectLink, formOf, verifiedGuest } from '../../kit/guest.js';
import { testHub } from '../../kit/hub.js';
import { newCustomer } from '../../kit/sign-in.js';

test('a key that was entered and never confirmed is destroyed after an hour, the visit forgotten after 30 days', async () => {
  const accounts = await startGongAccounts();
  let house: House | undefined;
  const hub = await testHub(accounts.env, { wrap: own => (house = own) });
  const customerId = await newCustomer(hub);
  const { address } = await connectLink(hub, customerId, (await addContact(hub, customerId)).id);
  const guest = await verifiedGuest(hub, customerId, address);
  await guest.send('keys', { method: '0', ...formOf((await accounts.open({ calls: 1 })).secret) });
  expect(guest.page.title).toBe('Is this the right account?');
  const left = async (after: string) => {
    await hub.database.query(`update link_visits set seen_at = clock_timestamp() - $1::interval`, [after]);
    await forgetVisits(house as House);
    return hub.database.query('select sealed is not null as key, proposal is not null as account from link_visits');
  };

  expect(await left('50 minutes')).toEqual([{ key: true, account: true }]);
  expect(await left('70 minutes')).toEqual([{ key: false, account: false }]);
  expect(await left('31 days')).toEqual([]);
  await hub.close();
  await accounts.close();
});
