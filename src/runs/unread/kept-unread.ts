import { batched } from '../../batched.js';
import type { Scope } from '../../scope.js';
import { KeptUnread } from './kept-unread.type.js';

interface Row {
  readonly id: string;
  readonly count: number;
  readonly code: string;
  readonly reason: string;
}

/** What is kept unread of a run, or of what came through a connection; undefined when nothing is. */
export const keptUnreadOf = {
  run: counted(`
    select run_id as id, count(*)::integer as count, (array_agg(code order by seen_at desc, id))[1] as code, (array_agg(reason order by seen_at desc, id))[1] as reason
    from unusable_records where run_id = any (?::uuid[]) and is_kept group by run_id`),
  connection: counted(`
    select connection_id as id, count(*)::integer as count, (array_agg(code order by kept_at desc, id))[1] as code, (array_agg(reason order by kept_at desc, id))[1] as reason
    from unread_records where connection_id = any (?::uuid[]) group by connection_id`),
};

function counted(question: string) {
  return batched(async ({ em }: Scope, ids) => {
    const rows = await em.execute<Row[]>(question, [`{${ids.join()}}`]);
    return new Map(rows.map(row => [row.id, inWords(row)]));
  });
}

function inWords({ count, code, reason }: Row): KeptUnread {
  const records = count === 1 ? '1 record' : `${count} records`;
  return Object.assign(new KeptUnread(), {
    count,
    code,
    message: `${records} kept unread. ${reason}`,
    remedy:
      'Nothing is lost: they become calls by themselves when a newer version of this hub, or of its connector, can read them. Tell whoever runs the hub.',
  });
}
