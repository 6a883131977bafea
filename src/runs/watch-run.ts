import { CallerError, notFound } from '../core/errors.js';
import { withoutLongSilence } from '../core/without-long-silence.js';
import type { Scope } from '../scope.js';
import { Run } from './run.entity.js';
import { progressTopic, type RunSnapshot, snapshotOf } from './snapshot.js';

/** News may be lost, the last one too: a worker can die between its commit and its word. */
const longestSilenceMs = 5_000;

/**
 * Every state of a run from now to its end, the present one first, never an older one after a newer.
 *
 * @throws CallerError NOT_FOUND
 */
export async function* watchRun(scope: Scope, ownerId: string): AsyncGenerator<RunSnapshot> {
  // Listening starts before reading, so nothing falls between the two.
  const news = scope.bus.listen(progressTopic(ownerId), scope.signal);
  let latest = await readSnapshot(scope, ownerId);
  yield latest;
  if (latest.finished) return;
  for await (const event of withoutLongSilence(news, longestSilenceMs)) {
    const next = event.kind === 'message' ? (event.message as RunSnapshot) : await lookAgain(scope, ownerId);
    if (next === undefined || next.sequence <= latest.sequence) continue;
    yield (latest = next);
    if (next.finished) return;
  }
}

async function readSnapshot(scope: Scope, ownerId: string): Promise<RunSnapshot> {
  const run = await scope.em.findOne(Run, { ownerId }, { refresh: true });
  if (run === null) throw notFound('import');
  return snapshotOf(run);
}

/** Undefined while the database cannot be asked; the next silence is not far. */
async function lookAgain(scope: Scope, ownerId: string): Promise<RunSnapshot | undefined> {
  try {
    return await readSnapshot(scope, ownerId);
  } catch (error) {
    if (error instanceof CallerError) throw error;
    scope.log.debug('A watcher could not look again.', { error });
    return undefined;
  }
}
