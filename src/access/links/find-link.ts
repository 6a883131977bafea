import type { FilterQuery } from '@mikro-orm/postgresql';
import type { Scope } from '../../scope.js';
import { Link } from './link.entity.js';

/** The links that fit, as they are once nobody else can change them. Whoever needs the connection too locks it first. */
export async function lockLinks({ em }: Scope, which: FilterQuery<Link>): Promise<Link[]> {
  const ids = (await em.find(Link, which, { fields: ['id'], disableIdentityMap: true })).map(({ id }) => id);
  if (ids.length === 0) return [];
  // By itself, because a link brings its contact by a join, which would be locked with it.
  await em.execute(`select 1 from links where id in (${ids.map(() => '?').join()}) order by id for update`, ids);
  return em.find(
    Link,
    { $and: [which, { id: { $in: ids } }] },
    {
      ...{ populate: ['contact'], refresh: true, orderBy: { id: 'asc' } },
    },
  );
}
