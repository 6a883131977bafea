import { notFound } from '../core/errors.js';
import type { Scope } from '../scope.js';
import { Import } from './import.entity.js';

/** @throws CallerError NOT_FOUND when there is none, or the viewer may not see it. */
export async function readImport({ em }: Scope, id: string): Promise<Import> {
  const found = await em.findOne(Import, { id }, { refresh: true, populate: ['run'] });
  if (found === null) throw notFound('import');
  return found;
}
