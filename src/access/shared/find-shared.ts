import type { Scope } from '../../scope.js';
import { Connection, CredentialHealth } from '../connection.entity.js';
import type { SharedAccount } from './shared.type.js';

const most = 100;

export interface Account {
  readonly platform: string;
  readonly accountId: string;
}

/** Who has an account connected at this time. */
export function customersOf(
  { em }: Scope,
  { platform, accountId }: Account,
): Promise<{ readonly id: string; readonly name: string }[]> {
  return em.execute(
    `select c.id, c.name from connections n join customers c on c.id = n.customer_id
     where n.platform = ? and n.account_id = ? and n.credential_health <> 'disconnected' order by n.created_at limit ?`,
    [platform, accountId, most],
  );
}

/** Accounts that more than one customer has connected. */
export async function findShared({ em }: Scope): Promise<SharedAccount[]> {
  const accounts = await em.execute<Account[]>(
    `select platform, account_id as "accountId" from connections where credential_health <> 'disconnected'
     group by platform, account_id having count(distinct customer_id) > 1 order by max(created_at) desc limit ?`,
    [most],
  );
  if (accounts.length === 0) return [];
  const connections = await em.find(
    Connection,
    {
      $or: accounts.map(({ platform, accountId }) => ({ platform, accountId })),
      credentialHealth: { $ne: CredentialHealth.DISCONNECTED },
    },
    { orderBy: { createdAt: 'asc', id: 'asc' } },
  );
  return accounts.map(({ platform, accountId }) => {
    const own = connections.filter(each => each.platform === platform && each.accountId === accountId);
    return { platform, accountId, accountName: own[0]?.accountName ?? accountId, connections: own };
  });
}
