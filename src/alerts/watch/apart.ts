import type { Scope } from '../../scope.js';

/**
 * Does in a part of the transaction what may go wrong for one customer alone, such as one whose key cannot be unwrapped: the
 * others are told all the same.
 *
 * @param about what the log is to name.
 * @returns whether it was done; if not, nothing of it was, as far as the database goes.
 */
export async function apart({ em, log }: Scope, about: object, work: () => Promise<unknown>): Promise<boolean> {
  // What the ORM still holds back must not be undone with it.
  await em.flush();
  await em.execute('savepoint apart');
  try {
    await work();
    await em.execute('release savepoint apart');
    return true;
  } catch (error) {
    await em.execute('rollback to savepoint apart');
    log.error('Nobody could be told of something; it is tried again at the next look.', { ...about, error });
    return false;
  }
}
