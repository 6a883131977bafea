/**
 * Forgets turns that brought nothing, and gaps of long ago: a sync of every minute writes half a million turns a year.
 * Runs that stored calls stay, because calls name them.
 */
import type { House } from '../scope.js';

const everyMs = 10 * 60_000;
const atOnce = 1_000;

/** Goes on until `signal` aborts. */
export function pruneTurns(house: House, signal: AbortSignal): void {
  let working = false;
  const look = async (): Promise<void> => {
    if (working || signal.aborted) return;
    working = true;
    try {
      for (const question of [emptyTurns, oldGaps, leftovers])
        while (!signal.aborted && (await prune(question)) === atOnce);
    } catch (error) {
      house.log.warn('Turns of long ago could not be forgotten; it is tried again.', { error });
    } finally {
      working = false;
    }
  };
  const prune = (question: string): Promise<number> =>
    house.sql.transaction('all', async tx => (await tx.rows(question, [atOnce])).length);
  const timer = setInterval(() => void look(), everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  void look();
}

const emptyTurns = `
with old as (
  select s.id, s.run_id from sync_slots s left join runs r on r.id = s.run_id
  where s.fired_at < business_now() - interval '7 days'
    and (r.id is null or r.status in ('COMPLETED', 'CANCELLED') and r.stored = 0)
    and not exists (select from syncs where run_id = r.id)
    and s.slot_at < (select max(slot_at) from sync_slots l where l.sync_id = s.sync_id and l.kind = 'SCHEDULED')
  order by s.fired_at limit $1 for update of s skip locked
), forgotten as (delete from sync_slots where id in (select id from old) returning id),
runs_too as (delete from runs where id in (select run_id from old) returning id)
select id from forgotten`;

const oldGaps = `
delete from gaps where id in (
  select id from gaps where kind <> 'HELD' and noted_at < business_now() - interval '180 days' limit $1
) returning id`;

/** Of recounts that came to no good end. */
const leftovers = `
delete from run_listed where ctid in (
  select l.ctid from run_listed l join runs r on r.id = l.run_id
  where r.status in ('COMPLETED', 'COMPLETED_WITH_FAILURES', 'FAILED', 'CANCELLED') limit $1
) returning run_id`;
