import type { Connector } from '#connector';
import type { Sql } from '../core/ports.js';
import type { Run } from './run.entity.js';

/** Looks are a request or two. One that is not stands back as well from then on, so that they starve nobody. */
const mostAhead = 10;
/** Somebody may set up a real-time sync beside an import of hours. */
const rememberedMs = 30_000;

/** Whether it looks at what events told of, and at nothing else. */
export function isLook({ hinted, afresh }: Pick<Run, 'hinted' | 'afresh'>): boolean {
  return hinted && !afresh;
}

/** As `isLook`, in a statement. */
export const looks = '(hinted and not afresh)';

/** Whether the next request of a run stands back for looks: where its account may tell of calls, as all do but looks themselves. */
export function leavesRoom(
  sql: Sql,
  run: Pick<Run, 'platform' | 'accountId' | 'hinted' | 'afresh'>,
  { webhooks }: Pick<Connector, 'webhooks'>,
): () => Promise<boolean> {
  let asked = 0;
  if (isLook(run)) return () => Promise.resolve(++asked > mostAhead);
  if (webhooks === undefined) return () => Promise.resolve(false);
  let [known, until] = [Promise.resolve(false), Number.NEGATIVE_INFINITY];
  return () => {
    if (performance.now() < until) return known;
    until = performance.now() + rememberedMs;
    return (known = isToldOf(sql, run));
  };
}

async function isToldOf(sql: Sql, { platform, accountId }: Pick<Run, 'platform' | 'accountId'>): Promise<boolean> {
  const [row] = await sql.transaction('all', tx => tx.rows<{ is_told_of: boolean }>(question, [platform, accountId]));
  return row?.is_told_of === true;
}

const question = `
select exists (select from connections c join syncs s on s.connection_id = c.id
  where c.platform = $1 and c.account_id = $2 and s.cadence = 'REAL_TIME' and s.state = 'ACTIVE') as is_told_of`;
