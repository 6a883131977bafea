/**
 * Whether the fields of a connection's calls hold something: how many did, up to the newest call that has it, and how many calls began since
 * without. Counted in memory while a run reads, and written once at its end; what a crash loses of it is only statistics.
 */
import type { CallDraft, ParticipantDraft } from '#connector';
import type { Sql } from '../../core/ports.js';

const hasPerson = (holds: (person: ParticipantDraft) => boolean) => (call: CallDraft) => call.participants.some(holds);

const fields: Readonly<Record<string, (call: CallDraft) => boolean>> = {
  durationSeconds: ({ durationSeconds }) => durationSeconds !== undefined,
  title: ({ title }) => title !== undefined,
  direction: ({ direction }) => direction !== undefined,
  link: ({ link }) => link !== undefined,
  language: ({ language }) => language !== undefined,
  participants: ({ participants }) => participants.length > 0,
  'participants.name': hasPerson(({ name }) => name !== undefined),
  'participants.email': hasPerson(({ email }) => email !== undefined),
  'participants.phone': hasPerson(({ phone }) => phone !== undefined),
  recordings: ({ recordings }) => recordings.length > 0,
};
const names = Object.keys(fields);
const tests = Object.values(fields);

/** Numbers enough to see it, and a few megabytes. */
const mostCounted = 100_000;

interface Source {
  readonly customerId: string;
  readonly connectionId: string;
  readonly platform: string;
}

export class FieldShares {
  readonly #starts: number[] = [];
  /** A bit for each field that is filled. */
  readonly #filled: number[] = [];

  /** @param startedAt in milliseconds. */
  count(call: CallDraft, startedAt: number): void {
    if (this.#starts.length === mostCounted) return;
    let filled = 0;
    for (let i = 0; i < tests.length; i++) if (tests[i]?.(call)) filled |= 1 << i;
    this.#starts.push(startedAt);
    this.#filled.push(filled);
  }

  async write(sql: Sql, { customerId, connectionId, platform }: Source): Promise<void> {
    if (this.#starts.length === 0) return;
    await sql.transaction({ customerId }, async tx => {
      const rows = await tx.rows<{ field: string; last: Date | null }>(
        'select field, last_filled_at as last from field_shares where connection_id = $1 order by field for update',
        [connectionId],
      );
      const before = new Map(rows.map(({ field, last }) => [field, last?.getTime()]));
      const counts = names.map((name, i) => this.#of(1 << i, before.get(name)));
      await tx.rows(upsert, [
        ...[customerId, connectionId, platform, names, this.#starts.length],
        counts.map(({ filled }) => filled),
        counts.map(({ last }) => (last === undefined ? null : new Date(last))),
        counts.map(({ emptySince }) => emptySince),
      ]);
    });
  }

  /** Of one field: `before` is the start of the newest call that had it so far. */
  #of(bit: number, before: number | undefined) {
    let [filled, newest] = [0, Number.NEGATIVE_INFINITY];
    this.#filled.forEach((bits, i) => {
      if ((bits & bit) === 0) return;
      filled += 1;
      newest = Math.max(newest, this.#starts[i] as number);
    });
    const isNewer = filled > 0 && newest > (before ?? Number.NEGATIVE_INFINITY);
    const last = isNewer ? newest : before;
    const emptySince = last === undefined ? 0 : this.#starts.filter(at => at > last).length;
    return { filled, last, emptySince };
  }
}

const upsert = `
insert into field_shares (customer_id, connection_id, platform, field, calls, filled, last_filled_at, empty_since_then, counted_at)
select $1, $2, $3, field, $5, filled, last, empty_since, business_now()
from unnest($4::text[], $6::integer[], $7::timestamptz[], $8::integer[]) f (field, filled, last, empty_since)
on conflict (connection_id, field) do update set calls = field_shares.calls + excluded.calls, filled = field_shares.filled + excluded.filled,
  last_filled_at = excluded.last_filled_at, counted_at = excluded.counted_at,
  empty_since_then = excluded.empty_since_then + case when excluded.last_filled_at is distinct from field_shares.last_filled_at then 0 else field_shares.empty_since_then end`;
