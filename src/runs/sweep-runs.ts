import type { House } from '../scope.js';
import { due } from './lease.js';
import { looks } from './leaves-room.js';
import { executeLookJob, executeRunJob } from './open-run.js';
import { progressTopic, type RunRow, snapshotColumns, snapshotOfRow } from './snapshot.js';

const everyMs = 1_000;

/**
 * Finds runs that nobody works on although somebody should, and wakes them: queued ones whose
 * wake-up was lost, waiting ones whose time has come, ones left by a worker that died, and ones that
 * were paused for a credential which works again. Runs that were to stop while their worker died are
 * stopped here. Goes on until `signal` aborts.
 */
export function sweepRuns(house: House, signal: AbortSignal): void {
  let sweeping = false;
  const sweep = async (): Promise<void> => {
    if (sweeping) return;
    sweeping = true;
    try {
      for (const { id: runId, is_look } of await strandedRuns(house))
        await house.jobs.add(is_look ? executeLookJob : executeRunJob, { runId });
    } catch (error) {
      house.log.debug('A sweep could not be made.', { error });
    } finally {
      sweeping = false;
    }
  };
  const timer = setInterval(() => void sweep(), everyMs);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

interface Stranded {
  readonly id: string;
  readonly is_look: boolean;
}

/** Each run is named at most once in a few seconds, however many processes sweep. */
async function strandedRuns({ sql, bus }: House): Promise<readonly Stranded[]> {
  const { settled, stranded } = await sql.transaction('all', async tx => {
    await tx.rows(
      `update runs set status = 'QUEUED', error = null, sequence = sequence + 1
       from connections c
       where status = 'PAUSED' and wanted = 'run' and c.id = connection_id and c.credential_health in ('valid', 'expiring')`,
    );
    const settled = await tx.rows<RunRow>(
      `update runs set status = case wanted when 'cancel' then 'CANCELLED' else 'PAUSED' end, lease_until = null, worker = null,
         epoch = epoch + 1, finished_at = case wanted when 'cancel' then clock_timestamp() end, sequence = sequence + 1
       where status = 'RUNNING' and wanted <> 'run' and lease_until < clock_timestamp() returning ${snapshotColumns}`,
    );
    const stranded = await tx.rows<Stranded>(
      `update runs set updated_at = clock_timestamp() where id in (
         select id from runs where status in ('QUEUED', 'RUNNING', 'WAITING') and wanted = 'run' and ${due}
           and (updated_at < clock_timestamp() - interval '3 seconds' or wake_at is not null)
         order by updated_at limit 100 for update skip locked
       ) returning id, ${looks} as is_look`,
    );
    return { settled, stranded };
  });
  for (const row of settled) bus.publish(progressTopic(row.owner_id), snapshotOfRow(row));
  return stranded;
}
