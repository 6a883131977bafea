import type { EntityClass, EntityManager, FilterQuery, FindOptions } from '@mikro-orm/postgresql';
import { checkPageSize, decodeCursor, encodeCursor, type PageRequest } from '../../core/page.js';
import type { Page } from './page.type.js';

/**
 * One page of a list, newest first by `time` and then by `id`, so that rows which come and go meanwhile
 * neither repeat nor hide others.
 *
 * @param time a column that is never null and holds whole milliseconds, as JavaScript writes them.
 * @throws CallerError INVALID_INPUT when `first` or `after` cannot be.
 */
export async function readPage<T extends { id: string }>(
  em: EntityManager,
  Entity: EntityClass<T>,
  where: FilterQuery<NoInfer<T>>,
  { first, after }: PageRequest,
  time: keyof T & string,
  populate: readonly string[] = [],
): Promise<Page<T>> {
  checkPageSize(first);
  const beyond = after == null ? [] : [olderThan<T>(after, time)];
  const options = {
    orderBy: { [time]: 'desc', id: 'desc' },
    limit: first + 1,
    populate,
  } as unknown as FindOptions<T> & { using?: never[] };
  // One more than asked for tells whether there is a next page.
  const rows = await em.find<T>(Entity, { $and: [where, ...beyond] } as FilterQuery<T>, options);
  const totalCount = await em.count<T>(Entity, where);
  const nodes = rows.slice(0, first) as T[];
  const last = nodes.at(-1);
  const endCursor = last === undefined ? null : encodeCursor({ at: last[time] as Date, id: last.id });
  return { nodes, pageInfo: { endCursor, hasNextPage: rows.length > first }, totalCount };
}

function olderThan<T>(cursor: string, time: string): FilterQuery<T> {
  const { at, id } = decodeCursor(cursor);
  return { $or: [{ [time]: { $lt: at } }, { [time]: at, id: { $lt: id } }] } as unknown as FilterQuery<T>;
}
