import { writeFact } from '../../outbox/index.js';
import { type House, inTransaction, type Scope } from '../../scope.js';

const everyMs = 60_000;
const batchSize = 100;

/** Tells of reconnect links that ran out while their connection is broken, each once. Goes on until `signal` aborts. */
export function tellOfExpiredLinks(house: House, signal: AbortSignal): void {
  const look = (): void => {
    lookForExpiredLinks(house, signal).catch((error: unknown) =>
      house.log.debug('Links that ran out could not be looked for.', { error }),
    );
  };
  look();
  const timer = setInterval(look, everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

interface Expired {
  readonly id: string;
  readonly customer_id: string;
  readonly connection_id: string;
  readonly platform: string;
}

// What ran out long ago is not dug up again.
const expired = `
select l.id, l.customer_id, l.connection_id, l.platform from links l join connections n on n.id = l.connection_id
where n.credential_health = 'broken' and l.purpose = 'reconnect' and l.asker_key_id is null
  and l.used_at is null and l.revoked_at is null
  and l.expires_at between clock_timestamp() - interval '7 days' and clock_timestamp()
  and not exists (select 1 from facts f where f.connection_id = l.connection_id and f.link_id = l.id and f.kind = 'link.expired')`;

export async function lookForExpiredLinks(house: House, signal: AbortSignal): Promise<void> {
  await inTransaction(house.houseScope(signal), async inside => {
    const found = await inside.em.execute<Expired[]>(`${expired} limit ? for update of l skip locked`, [batchSize]);
    for (const link of found) await tell(inside, link);
  });
}

function tell(inside: Scope, { id, customer_id: customerId, connection_id: connectionId, platform }: Expired) {
  return writeFact(inside, { kind: 'link.expired', customerId, connectionId, linkId: id, details: { platform } });
}
