import { randomUUID } from 'node:crypto';
import { Connection, requireReady } from '../access/index.js';
import { type CallMedium, connectorFor } from '../catalog/index.js';
import { CallerError, notFound } from '../core/errors.js';
import { type Once, onlyOnce, record } from '../customers/index.js';
import { everyCall, openRun, wakeRun } from '../runs/index.js';
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

const dayMs = 86_400_000;
/** Clocks differ a little; "now" as the caller sees it is accepted. */
const clockToleranceMs = 60_000;

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
    checkWindow(inside, connection, from, to);
    const id = randomUUID();
    const run = openRun(inside, {
      ownerId: id,
      connection,
      from,
      to: earliest(to, inside.clock.now()),
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

function checkWindow(scope: Scope, { platform }: Connection, from: Date, to: Date): void {
  const now = scope.clock.now();
  if (from >= to) {
    throw invalidWindow('input.to', 'The window ends before it begins.', 'Give a `to` that is later than `from`.');
  }
  if (to.getTime() > now.getTime() + clockToleranceMs) {
    throw invalidWindow(
      'input.to',
      'The window reaches into the future.',
      `Give a \`to\` of ${now.toISOString()} at the latest.`,
    );
  }
  // Possible within the tolerance: what is left of the window after it was cut at now.
  if (from >= now) {
    throw invalidWindow(
      'input.from',
      'The window lies in the future.',
      `Give a \`from\` that is earlier than ${now.toISOString()}.`,
    );
  }
  const { manifest, calls } = connectorFor(scope, platform);
  if (calls.reachesBackDays === undefined) return;
  const reach = new Date(now.getTime() - calls.reachesBackDays * dayMs);
  if (from < reach) {
    throw invalidWindow(
      'input.from',
      `${manifest.name} reaches back ${calls.reachesBackDays} days only.`,
      `Give a \`from\` of ${reach.toISOString()} at the earliest.`,
    );
  }
}

function invalidWindow(field: string, message: string, remedy: string): CallerError {
  return new CallerError('INVALID_WINDOW', message, { field, remedy });
}

function earliest(a: Date, b: Date): Date {
  return a < b ? a : b;
}
