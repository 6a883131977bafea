import { notFound } from '../core/errors.js';
import type { Scope } from '../scope.js';
import { Connection } from './connection.entity.js';

/** @throws CallerError NOT_FOUND when there is none, or the viewer may not see it. */
export async function readConnection({ em }: Scope, id: string): Promise<Connection> {
  const connection = await em.findOne(Connection, { id });
  if (connection === null) throw notFound('connection');
  return connection;
}
