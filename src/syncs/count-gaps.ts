import { batched } from '../batched.js';

/** How many gaps there are, by the id of a sync; undefined where there is none. */
export const countGaps = batched(async ({ em }, ids): Promise<ReadonlyMap<string, number>> => {
  const rows = await em.execute<{ sync_id: string; n: number }[]>(
    'select sync_id, count(*)::integer as n from gaps where sync_id = any (?::uuid[]) and noted_at <= business_now() group by 1',
    [`{${ids.join()}}`],
  );
  return new Map(rows.map(({ sync_id, n }) => [sync_id, n]));
});
