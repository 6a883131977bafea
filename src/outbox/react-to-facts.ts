import type { EntityManager } from '@mikro-orm/postgresql';
import { AddressUnknown } from '../core/errors.js';
import type { Reach } from '../core/ports.js';
import { type House, inTransaction, type Scope, type Viewer } from '../scope.js';
import { Fact } from './fact.entity.js';
import type { FactKind } from './fact-kind.js';
import { keepLooking } from './keep-looking.js';

/** What follows from a fact, by its kind. Works in the transaction that notes it as done: it is done once, whoever is killed. */
export type Reactions = Readonly<Partial<Record<FactKind, (inside: Scope, fact: Fact) => Promise<void>>>>;

/**
 * For how many seconds nothing is to follow from facts of a kind yet, by their ids; 0 or nothing: it is time. It is asked again
 * when they are over.
 */
export type Holds = Readonly<Partial<Record<FactKind, Hold>>>;

type Hold = (inside: Scope, ids: readonly string[]) => Promise<ReadonlyMap<string, number>>;

const hub: Viewer = {
  kind: 'system',
  role: 'service',
  customerId: undefined,
  apiKeyId: undefined,
  staffId: undefined,
  name: 'Patchbay',
};
/** After so many failures it is left alone; what is logged tells why. */
const mostSetbacks = 50;

/**
 * Does what follows from facts, in the order in which they were written, one at a time among all processes; what was held
 * comes after what is new. Goes on until `signal` aborts.
 */
export function reactToFacts(
  house: House,
  em: (reach: Reach) => EntityManager,
  { reactions, holds }: { readonly reactions: Reactions; readonly holds: Holds },
  signal: AbortSignal,
): Promise<void> {
  const scope = (): Scope => ({ ...house, viewer: hub, reach: 'all', em: em('all'), signal });
  return keepLooking(house, () => reactToNext(scope(), reactions, holds), signal);
}

const isDue = 'awaits_reaction and setbacks < ? and (not_before is null or not_before <= clock_timestamp())';

/** @returns whether there was one. */
async function reactToNext(scope: Scope, reactions: Reactions, holds: Holds): Promise<boolean> {
  let inHand: Fact | undefined;
  try {
    return await inTransaction(scope, async inside => {
      const { em } = inside;
      // One process at a time, so that what broke and was mended again is told in this order.
      const [turn] = await em.execute<{ mine: boolean }[]>('select pg_try_advisory_xact_lock(7202) as mine');
      if (turn?.mine !== true) return false;
      const [next] = await em.execute<{ id: string }[]>(
        `select id from facts where ${isDue} order by setbacks, not_before is not null, number limit 1`,
        [mostSetbacks],
      );
      if (next === undefined) return false;
      inHand = await em.findOneOrFail(Fact, { id: next.id });
      const hold = holds[inHand.kind];
      if (hold !== undefined && (await putOff(inside, hold, inHand))) return true;
      await reactions[inHand.kind]?.(inside, inHand);
      await em.nativeUpdate(Fact, { id: next.id }, { awaitsReaction: false });
      return true;
    });
  } catch (error) {
    if (inHand === undefined) throw error;
    const { id, kind } = inHand;
    // Nobody failed: it waits for the first API process, and all else with it, however long that takes.
    if (error instanceof AddressUnknown) {
      scope.log.debug('What follows from a fact waits until it is known where people reach the hub.', {
        fact: id,
        kind,
      });
      return false;
    }
    scope.log.warn('What follows from a fact could not be done yet.', { fact: id, kind, error });
    await inTransaction(scope, inside =>
      inside.em.execute('update facts set setbacks = setbacks + 1 where id = ?', [id]),
    );
    return false;
  }
}

/**
 * Where one fact is held there are mostly others of its kind: all that are due are judged at once.
 *
 * @returns whether `fact` is held.
 */
async function putOff(inside: Scope, hold: Hold, { id, kind }: Fact): Promise<boolean> {
  const { em } = inside;
  if (((await hold(inside, [id])).get(id) ?? 0) === 0) return false;
  const due = await em.execute<{ id: string }[]>(`select id from facts where ${isDue} and kind = ?`, [
    mostSetbacks,
    kind,
  ]);
  const seconds = await hold(
    inside,
    due.map(one => one.id),
  );
  const held = [...seconds].filter(([, count]) => count > 0).map(([one, count]) => ({ id: one, seconds: count }));
  await em.execute(
    `update facts f set not_before = t.now + h.seconds * interval '1 second'
     from (select clock_timestamp() as now) t, jsonb_to_recordset(?::jsonb) h (id uuid, seconds integer) where f.id = h.id`,
    [JSON.stringify(held)],
  );
  return true;
}
