import type { House } from '../scope.js';

const noteAfterMs = 5_000;

/**
 * Counts events that were refused, by the hook, and writes the counts down together: however many a stranger sends, they cost
 * one statement in five seconds.
 */
export class Refusals {
  #counts = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly house: Pick<House, 'sql' | 'log'>) {}

  add(hookId: string): void {
    this.#counts.set(hookId, (this.#counts.get(hookId) ?? 0) + 1);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#note(), noteAfterMs).unref();
  }

  async #note(): Promise<void> {
    const counts = [...this.#counts].map(([id, count]) => ({ id, count }));
    this.#counts = new Map();
    this.#timer = undefined;
    try {
      await this.house.sql.transaction('all', tx => tx.rows(note, [JSON.stringify(counts)]));
    } catch (error) {
      // An estimate of what strangers send is no reason to keep more of it.
      this.house.log.warn('Refused events could not be counted.', { error });
    }
  }
}

// Whoever is waited for by two processes is locked in one order.
const note = `
with counts as (
  select h.id, c.count, t.hour, h.refused_hour as known from jsonb_to_recordset($1::jsonb) c (id uuid, count integer) join hooks h using (id),
    (select date_trunc('hour', business_now()) as hour) t
  order by h.id for update of h
)
update hooks h set refused_hour = c.hour, refused = case when c.known = c.hour then h.refused else 0 end + c.count,
  refused_before = case when c.known = c.hour then h.refused_before when c.known = c.hour - interval '1 hour' then h.refused else 0 end
from counts c where c.id = h.id`;
