/**
 * The hold on a hook: one worker at a time, on the database's clock, kept while a platform is asked.
 *
 * Taking it counts `claim` up. Every later write names the claim that it was taken under, so a worker that slept through its hold is
 * refused instead of writing over its successor.
 */
import type { Sql } from '../core/ports.js';
import type { Scope } from '../scope.js';
import { Hook } from './hook.entity.js';

const heldSeconds = 60;
const beatMs = 15_000;

export interface Hold {
  readonly id: string;
  readonly claim: number;
}

/** Somebody else looks after the hook now, or it is gone. */
export class HoldLost extends Error {}

/** Who takes a hook postpones it; so whoever makes it due meanwhile is seen when it is let go of. */
export function holdDue(sql: Sql, atOnce: number): Promise<(Hold & { readonly customer_id: string })[]> {
  return sql.transaction('all', tx =>
    tx.rows(
      `update hooks set claim = claim + 1, held_until = clock_timestamp() + $2 * interval '1 second',
         next_at = business_now() + $2 * interval '1 second' where id in (
         select id from hooks where connection_id is not null and next_at <= business_now()
           and (held_until is null or held_until < clock_timestamp())
         order by next_at limit $1 for update skip locked
       ) returning id, claim, customer_id`,
      [atOnce, heldSeconds],
    ),
  );
}

/** Keeps the hold while we work, and takes up none that was let go of. Who has lost it is told by the fence. @returns what ends it. */
export function keepHold(sql: Sql, { id, claim }: Hold): () => void {
  const extend = (): Promise<unknown> =>
    sql.transaction('all', tx =>
      tx.rows(
        `update hooks set held_until = clock_timestamp() + $3 * interval '1 second',
           next_at = case when next_at > business_now() then business_now() + $3 * interval '1 second' else next_at end
         where id = $1 and claim = $2 and held_until is not null`,
        [id, claim, heldSeconds],
      ),
    );
  const timer = setInterval(() => void extend().catch(() => undefined), beatMs);
  return () => clearInterval(timer);
}

/** Soon, and not only when the hold of whoever failed has run out. */
export async function giveBack(sql: Sql, { id, claim }: Hold, restSeconds: number): Promise<void> {
  await sql.transaction('all', tx =>
    tx.rows(
      `update hooks set held_until = clock_timestamp() + $3 * interval '1 second', next_at = business_now()
       where id = $1 and claim = $2`,
      [id, claim, restSeconds],
    ),
  );
}

/** @throws HoldLost */
export async function writeHeld({ em }: Pick<Scope, 'em'>, { id, claim }: Hold, columns: Partial<Hook>): Promise<void> {
  if ((await em.nativeUpdate(Hook, { id, claim }, columns)) === 0) throw new HoldLost();
}
