import { type Fact, writeFact } from '../../outbox/index.js';
import type { Scope } from '../../scope.js';
import { Connection, CredentialHealth } from '../connection.entity.js';
import { type Account, customersOf } from './find-shared.js';

/**
 * Tells the operator when an account is connected that another customer has connected too. It follows from the fact, in a
 * worker and later, so that neither customer can learn of the other by an answer or by how long it takes.
 */
export async function tellOfShared(inside: Scope, fact: Fact): Promise<void> {
  const { connectionId, customerId } = fact;
  const { em } = inside;
  const connection = await em.findOne(Connection, { id: connectionId ?? '' });
  if (connection === null || connection.credentialHealth === CredentialHealth.DISCONNECTED) return;
  const { id, platform, accountId, accountName: account } = connection;
  const customers = await customersOf(inside, { platform, accountId });
  const customerIds = customers.map(each => each.id);
  if (customers.length < 2 || (await isTold(inside, { platform, accountId, customerIds }))) return;
  // Somebody was cut off between these two looks, by which the second one alone took it for news.
  if ((await customersOf(inside, { platform, accountId })).length < customers.length) return tellOfShared(inside, fact);
  await writeFact(inside, {
    ...{ kind: 'account.shared', customerId, connectionId: id },
    details: {
      ...{ platform, account, accountId, customerIds, customers: customers.map(({ name }) => name) },
      remedy:
        'Find out whose account it is before more is imported, and disconnect the connection that should not be. Neither customer has been told; `sharedAccounts` lists all of them.',
    },
  });
}

interface Sharing extends Account {
  readonly customerIds: readonly string[];
}

/** Of these customers, all together, and none of them has been cut off since: a further one is news, and so is the same again. */
async function isTold({ em }: Scope, { platform, accountId, customerIds }: Sharing): Promise<boolean> {
  const told = await em.execute<unknown[]>(
    `select 1 from facts f where f.kind = 'account.shared' and f.details @> ?::jsonb and not exists (
       select from facts cut join connections n on n.id = cut.connection_id
       where cut.kind = 'connection.disconnected' and cut.number > f.number and n.platform = ? and n.account_id = ?
     ) limit 1`,
    [JSON.stringify({ platform, accountId, customerIds }), platform, accountId],
  );
  return told.length > 0;
}
