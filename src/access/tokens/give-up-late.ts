import { record } from '../../customers/index.js';
import { type House, inTransaction } from '../../scope.js';
import { queueRevocation } from '../revocations/queue-revocation.js';
import { revokeCredential } from '../oauth/revoke-credential.js';
import type { StoredSecret } from '../store-credential.js';
import { type CredentialRow, readCredentialRow } from './credential-row.js';

/**
 * Tokens that came when their connection had been cut, or its platform stopped, in the middle of the refresh: nobody is to
 * use them, so the platform revokes them. Where something newer is stored nothing is done, since it may be of the same grant.
 */
export async function giveUpLate(house: House, row: CredentialRow, late: StoredSecret): Promise<void> {
  const { connectionId, customerId, platform, appId } = row;
  const now = await readCredentialRow(house.sql, { id: connectionId, customerId });
  // The customer is gone, and with it every place to keep it in.
  if (now === undefined) return void (await revokeCredential(house, row, late));
  if (now.health !== 'disconnected') return;
  await inTransaction(house.ownScope(customerId, new AbortController().signal), async inside => {
    const state = await queueRevocation(inside, { connectionId, customerId, platform, appId }, late);
    const details = { platform, atThePlatform: state };
    await record(inside, { act: 'credential.late', target: `connection ${connectionId}`, customerId, details });
  });
}
