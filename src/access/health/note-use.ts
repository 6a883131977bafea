import type { House } from '../../scope.js';
import type { Held } from '../tokens/credential-row.js';

/** The credential is about to be used. Written down once an hour, since it is about months. */
export async function noteUse({ sql }: Pick<House, 'sql'>, { id, customerId }: Held): Promise<void> {
  await sql.transaction({ customerId }, tx =>
    tx.rows(
      `update credentials set used_at = clock_timestamp()
       where connection_id = $1 and (used_at is null or used_at < clock_timestamp() - interval '1 hour')`,
      [id],
    ),
  );
}
