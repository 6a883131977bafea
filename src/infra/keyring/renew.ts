import { houseOwner, type Bus, type Kms, type Sql } from '../../core/ports.js';
import { dataKeyContext, storeKey } from './data-keys.js';
import { tellOfNewDataKey } from './new-data-keys.js';

/** One time that all data keys are renewed. It is written down, so that a renewal which broke off goes on where it was. */
export interface Renewal {
  readonly id: number;
  readonly startedAt: Date;
}

/** The renewal that has not been finished, or a new one. */
export async function openRenewal(sql: Sql): Promise<Renewal> {
  return sql.transaction('all', async tx => {
    await tx.rows('lock table key_renewals in share row exclusive mode');
    const unfinished = 'select id, started_at as "startedAt" from key_renewals where finished_at is null';
    const [open] = await tx.rows<Renewal>(unfinished);
    if (open !== undefined) return open;
    const [made] = await tx.rows<Renewal>(
      'insert into key_renewals default values returning id, started_at as "startedAt"',
    );
    return made as Renewal;
  });
}

export async function unfinishedRenewal(sql: Sql): Promise<Renewal | undefined> {
  const [open] = await sql.transaction('all', tx =>
    tx.rows<Renewal>('select id, started_at as "startedAt" from key_renewals where finished_at is null'),
  );
  return open;
}

/** Gives a new data key to every owner that has had none since the renewal began. @returns how many */
export async function renewDataKeys(
  { sql, kms, bus }: { readonly sql: Sql; readonly kms: Kms; readonly bus: Bus },
  { id }: Renewal,
  tell: (done: number) => void,
): Promise<number> {
  let done = 0;
  for (;;) {
    const batch = await sql.transaction('all', tx =>
      tx.rows<{ owner: string; version: number }>(
        `select owner, max(version) as version from (${allKeys}) k group by owner
         having max(created_at) < (select started_at from key_renewals where id = $1) order by owner limit 100`,
        [id],
      ),
    );
    if (batch.length === 0) return done;
    for (const { owner, version } of batch) {
      const next = version + 1;
      const { key, ...wrapped } = await kms.generate(dataKeyContext(owner, next));
      key.fill(0);
      await storeKey(sql, owner, { version: next, ...wrapped });
      tellOfNewDataKey(bus, owner);
      done += 1;
    }
    tell(done);
  }
}

/** Everything is sealed under the newest data keys, and has been since nobody can hold an older one. */
export async function finishRenewal(sql: Sql, { id }: Renewal): Promise<void> {
  await sql.transaction('all', tx =>
    tx.rows('update key_renewals set finished_at = clock_timestamp() where id = $1', [id]),
  );
}

/** For how long processes may still seal under an older data key, in milliseconds; 0: nobody does any more. */
export async function settlingMs(sql: Sql): Promise<number> {
  const [row] = await sql.transaction('all', tx =>
    tx.rows<{ ms: number | null }>(
      `select extract(epoch from max(created_at) + interval '6 minutes' - clock_timestamp())::double precision * 1000 as ms
       from (${allKeys}) k where version > 1`,
    ),
  );
  return Math.max(0, row?.ms ?? 0);
}

/** Data keys that a newer one has replaced a day ago, when nothing is sealed under them. @returns how many were destroyed */
export async function dropOldDataKeys(sql: Sql): Promise<number> {
  const old = (table: string, same: string): string =>
    `delete from ${table} k where exists (select from ${table} n
       where ${same} and n.version > k.version and n.created_at < clock_timestamp() - interval '1 day') returning 1`;
  return sql.transaction('all', async tx => {
    const customers = await tx.rows(old('data_keys', 'n.customer_id = k.customer_id'));
    const house = await tx.rows(old('house_keys', 'true'));
    return customers.length + house.length;
  });
}

const allKeys = `select customer_id::text as owner, version, created_at from data_keys
  union all select '${houseOwner}', version, created_at from house_keys`;
