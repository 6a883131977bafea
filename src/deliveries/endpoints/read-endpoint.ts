import { notFound } from '../../core/errors.js';
import type { Scope } from '../../scope.js';
import { Endpoint } from './endpoint.entity.js';

/** @throws CallerError NOT_FOUND when there is none, or the viewer may not see it. */
export async function readEndpoint({ em }: Scope, id: string): Promise<Endpoint> {
  const found = await em.findOne(Endpoint, { id }, { refresh: true });
  if (found === null) throw notFound('endpoint');
  return found;
}

/** As that, and nobody else changes it before the transaction ends. */
export async function lockEndpoint(inside: Scope, id: string): Promise<Endpoint> {
  await inside.em.execute('select 1 from endpoints where id = ? for update', [id]);
  return readEndpoint(inside, id);
}
