import type { SqlTransaction } from '../../core/ports.js';
import type { FetchedCall } from '../../engine/index.js';

/** Of one field of one connection. What has more is no list of words, and could be anything: nothing more of it is written down. */
const mostWords = 20;

interface Source {
  readonly customerId: string;
  readonly connectionId: string;
  readonly platform: string;
}

/** Words that the connector does not know, and in how many of these calls each stood. An empty one stands for what is no word. */
export async function countNewWords(tx: SqlTransaction, source: Source, calls: readonly FetchedCall[]): Promise<void> {
  const counts = new Map<string, { readonly field: string; readonly word: string; calls: number }>();
  for (const { newWords = [] } of calls) {
    for (const { field, word = '' } of newWords) {
      const key = `${field} ${word}`;
      const counted = counts.get(key) ?? { field, word, calls: 0 };
      counted.calls += 1;
      counts.set(key, counted);
    }
  }
  if (counts.size === 0) return;
  const found = [...counts.values()];
  await tx.rows(upsert, [
    ...[source.customerId, source.connectionId, source.platform],
    found.map(({ field }) => field),
    found.map(({ word }) => word),
    found.map(one => one.calls),
  ]);
}

const upsert = `
with seen as (
  select s.field, s.word, s.calls, w.word is null as is_new, row_number() over (partition by s.field, w.word is null order by s.word) as nth
  from unnest($4::text[], $5::text[], $6::integer[]) s (field, word, calls)
  left join new_words w on w.connection_id = $2 and w.field = s.field and w.word = s.word
), fitting as (
  select field, case when is_new and nth + (select count(*) from new_words w where w.connection_id = $2 and w.field = seen.field) > ${mostWords}
    then '' else word end as word, calls
  from seen
)
insert into new_words (customer_id, connection_id, platform, field, word, calls, first_seen_at, last_seen_at)
select $1, $2, $3, field, word, sum(calls), business_now(), business_now() from fitting group by field, word order by field, word
on conflict (connection_id, field, word) do update set calls = new_words.calls + excluded.calls, last_seen_at = excluded.last_seen_at`;
