import { randomUUID } from 'node:crypto';
import { Connection, requireReady } from '../access/index.js';
import { type CallMedium, connectorFor } from '../catalog/index.js';
import { notFound } from '../core/errors.js';
import { type Once, onlyOnce, record } from '../customers/index.js';
import { checkWindow, everyCall, openRun, wakeRun } from '../runs/index.js';
import type { Scope } from '../scope.js';
import { Import } from './import.entity.js';
import { readImport } from './read-import.js';

export interface StartImport {
  readonly connectionId: string;
  readonly from: Date;
  readonly to: Date;
  readonly withTranscripts?: boolean;
  readonly medium?: CallMedium | null;
}

/**
 * Begins an import and returns at once. Progress arrives by subscription.
 *
 * @throws CallerError NOT_FOUND, CONNECTION_NOT_READY, INVALID_WINDOW, IDEMPOTENCY_MISMATCH, IN_PROGRESS
 */
export async function startImport(
  scope: Scope,
  { connectionId, from, to, withTranscripts = true, medium = null }: StartImport,
  once?: Once,
): Promise<Import> {
  const outcome = await onlyOnce(scope, once, async inside => {
    const connection = await inside.em.findOne(Connection, { id: connectionId });
    if (connection === null) throw notFound('connection');
    requireReady(connection);
    const window = checkWindow(connectorFor(inside, connection.platform), { from, to }, inside.clock.now());
    const id = randomUUID();
    const run = openRun(inside, {
      ownerId: id,
      connection,
      ...window,
      withTranscripts,
      filter: { ...everyCall, medium },
    });
    const { customerId } = connection;
    const one = inside.em.create(Import, {
      id,
      customerId,
      connectionId,
      run,
      requestedBy: inside.viewer.name,
      createdAt: inside.clock.now(),
    });
    await record(inside, {
      act: 'import.started',
      target: `import ${id}`,
      customerId,
      details: { platform: connection.platform, from: from.toISOString(), to: to.toISOString() },
    });
    return one;
  });
  if (outcome.before !== undefined) return readImport(scope, outcome.before);
  await wakeRun(scope, outcome.done.run.id);
  return outcome.done;
}
