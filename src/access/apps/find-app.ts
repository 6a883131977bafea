import type { Secret } from '../../core/secret.js';
import type { House } from '../../scope.js';
import { openAppSecret } from './app-secret.js';

/** Who we are at a platform. */
export interface App {
  /** Of a customer's own app; null: the house's. */
  readonly id: string | null;
  readonly clientId: string;
  readonly clientSecret: Secret<string>;
}

/** Which of a platform's apps is meant: the one that a credential came by, or the one to be used for a customer now. */
export type Wanted = { readonly appId: string | null } | { readonly customerId: string };

interface Row {
  readonly id: string;
  readonly customer_id: string | null;
  readonly client_id: string;
  readonly epoch: number;
  readonly sealed: Buffer;
}

/** The customer's own app, else the house's: the one that an administrator set, else the configured one. Undefined: there is none. */
export async function findApp(
  { sql, keyring, platformApps }: Pick<House, 'sql' | 'keyring' | 'platformApps'>,
  platform: string,
  wanted: Wanted,
): Promise<App | undefined> {
  const [appId, customerId] = 'appId' in wanted ? [wanted.appId, null] : [null, wanted.customerId];
  const [row] = await sql.transaction('all', tx =>
    tx.rows<Row>(
      `select id, customer_id, client_id, epoch, sealed from platform_apps
       where platform = $1 and (id = $2 or ($2::uuid is null and (customer_id is null or customer_id = $3)))
       order by customer_id nulls last limit 1`,
      [platform, appId, customerId],
    ),
  );
  if (row === undefined) {
    const configured = appId === null ? platformApps.get(platform) : undefined;
    return configured && { id: null, ...configured };
  }
  const stored = { id: row.id, customerId: row.customer_id, epoch: row.epoch, sealed: row.sealed };
  return {
    id: row.customer_id === null ? null : row.id,
    clientId: row.client_id,
    clientSecret: await openAppSecret(keyring, stored),
  };
}
