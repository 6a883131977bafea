import type { House } from '../scope.js';
import { due } from './lease.js';
import { RunStatus } from './run.state.js';

interface Row {
  readonly status: string;
  readonly runs: number;
  readonly due: number;
  readonly oldest: number | null;
}

/** How many runs there are and how long those wait that should be worked on. One query, however many ask at once. */
export function measureRuns({ metrics, sql }: Pick<House, 'metrics' | 'sql'>): void {
  let asked: Promise<Row[]> | undefined;
  const ask = (): Promise<Row[]> => {
    asked ??= sql.transaction('all', tx => tx.rows<Row>(question)).finally(() => (asked = undefined));
    return asked;
  };
  metrics.read('patchbay_runs', async () => {
    const rows = await ask();
    return Object.values(RunStatus).map(status => [{ status }, rows.find(row => row.status === status)?.runs ?? 0]);
  });
  metrics.read('patchbay_runs_due', async () => [[{}, (await ask()).reduce((sum, row) => sum + row.due, 0)]]);
  metrics.read('patchbay_runs_due_oldest_seconds', async () => [
    [{}, Math.max(0, ...(await ask()).map(({ oldest }) => oldest ?? 0))],
  ]);
}

// A run that was handed back looks as old as can be, and is named again every few seconds.
const question = `
select status, count(*)::integer as runs, count(*) filter (where is_due)::integer as due,
  extract(epoch from clock_timestamp() - min(since) filter (where is_due))::double precision as oldest
from (
  select status, wanted = 'run' and ${due} as is_due,
    case status when 'RUNNING' then lease_until when 'WAITING' then wake_at else
      case when started_at is null then created_at when updated_at > to_timestamp(0) then updated_at else clock_timestamp() end
    end as since
  from runs
) r group by status`;
