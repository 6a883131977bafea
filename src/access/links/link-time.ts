import { batched } from '../../batched.js';
import type { Scope } from '../../scope.js';

/** What time it is for links: by the database's clock, which all processes share. */
export async function linkTime({ em }: Pick<Scope, 'em'>): Promise<Date> {
  const [row] = await em.execute<{ now: Date | string }[]>('select clock_timestamp() as now');
  return new Date(row?.now ?? Number.NaN);
}

const once = batched(async (scope, keys) => {
  const now = await linkTime(scope);
  return new Map(keys.map(key => [key, now]));
});

/** As {@link linkTime}, looked at once for all links of a page. */
export async function timeForPage(scope: Scope): Promise<Date> {
  return (await once(scope, 'now')) ?? linkTime(scope);
}
