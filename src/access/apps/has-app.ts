import type { House } from '../../scope.js';

/** Whether a customer's people can sign in at a platform: by an app of its own, or by the house's. */
export async function hasApp(
  { sql, platformApps }: Pick<House, 'sql' | 'platformApps'>,
  platform: string,
  customerId: string,
): Promise<boolean> {
  if (platformApps.has(platform)) return true;
  const found = await sql.transaction('all', tx =>
    tx.rows('select 1 from platform_apps where platform = $1 and (customer_id is null or customer_id = $2) limit 1', [
      ...[platform, customerId],
    ]),
  );
  return found.length > 0;
}
