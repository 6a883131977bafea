import { notFound } from '../core/errors.js';
import type { Scope } from '../scope.js';
import { Sync } from './sync.entity.js';

/** @throws CallerError NOT_FOUND when there is none, or the viewer may not see it. */
export async function readSync({ em }: Scope, id: string): Promise<Sync> {
  const found = await em.findOne(Sync, { id }, { refresh: true, populate: ['run'] });
  if (found === null) throw notFound('sync');
  return found;
}

/** As that, and nobody else changes it or begins a turn of it before the transaction ends. */
export async function lockSync(inside: Scope, id: string): Promise<Sync> {
  await inside.em.execute('select 1 from syncs where id = ? for update', [id]);
  return readSync(inside, id);
}
