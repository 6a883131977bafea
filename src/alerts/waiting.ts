import { batched } from '../batched.js';

/** What stands still on a connection until somebody acts. */
export interface Waiting {
  readonly imports: number;
  readonly syncs: number;
}

interface Row extends Waiting {
  readonly id: string;
}

/** By the id of a connection. Syncs of a broken connection all wait for it. */
export const readWaiting = batched(async ({ em }, ids): Promise<ReadonlyMap<string, Waiting>> => {
  const rows = await em.execute<Row[]>(
    `select c.id,
       (select count(*)::integer from runs r where r.connection_id = c.id and r.sync_id is null and r.status = 'PAUSED' and r.wanted = 'run') as imports,
       (select count(*)::integer from syncs s left join runs r on r.id = s.run_id where s.connection_id = c.id and s.state = 'ACTIVE'
          and (c.credential_health = 'broken' or r.status = 'PAUSED' and r.wanted = 'run' or r.status = 'FAILED')) as syncs
     from connections c where c.id = any (?::uuid[])`,
    [`{${ids.join()}}`],
  );
  return new Map(rows.map(({ id, imports, syncs }) => [id, { imports, syncs }]));
});
