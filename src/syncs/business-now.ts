import type { Scope } from '../scope.js';

/** What time it is for schedules and windows. Leases and fences go by the database's own clock. */
export async function businessNow({ em }: Pick<Scope, 'em'>): Promise<Date> {
  const [row] = await em.execute<{ now: Date | string }[]>("select date_trunc('milliseconds', business_now()) as now");
  return new Date(row?.now ?? Number.NaN);
}
