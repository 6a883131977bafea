import type { Config } from '../../config.js';
import type { Kms, Sql, SqlTransaction } from '../../core/ports.js';
import { toldAddress } from '../../infra/public-address.js';
import { openSql } from '../../infra/sql.js';
import { fail, type Finding, ok, reasonOf, warn } from '../finding.js';
import { alertingWorks, deadMan, noticeChannels } from './alerting.js';
import { keysInUse } from './keys-in-use.js';

/** What the hub's own tables tell: keys in use, admin keys, processes, waiting work, and whether people would be told of trouble. */
export async function checkContents(config: Config, kms: Kms, url: string): Promise<Finding[]> {
  const sql = openSql(url, 1);
  const checks: [about: string, look: (tx: SqlTransaction) => Promise<Finding>][] = [
    ['encryption keys', tx => keysInUse(tx, kms)],
    ['admin key', adminKey],
    ['runs', tx => work(tx, config)],
    ['alerting', alertingWorks],
    ['dead-man', tx => deadMan(tx, config)],
    ['notices', noticeChannels],
  ];
  if (config.role === 'worker') checks.push([address, tx => linkAddress(tx, config)]);
  const findings: Finding[] = [];
  try {
    for (const [about, look] of checks) findings.push(await inOne(sql, about, look));
  } finally {
    await sql.close();
  }
  return findings;
}

function inOne(sql: Sql, about: string, look: (tx: SqlTransaction) => Promise<Finding>): Promise<Finding> {
  return sql
    .transaction('all', look)
    .catch((error: unknown) =>
      warn(
        about,
        `Could not be looked at (${reasonOf(error)}).`,
        'Start a hub of this version, which brings the tables up to date.',
      ),
    );
}

async function adminKey(tx: SqlTransaction): Promise<Finding> {
  const [row] = await tx.rows<{ working: number }>(
    `select count(*)::integer as working from api_keys
     where role = 'admin' and revoked_at is null and (expires_at is null or expires_at > now())`,
  );
  const working = row?.working ?? 0;
  if (working > 0) return ok('admin key', `${working} work${working === 1 ? 's' : ''}.`);
  return warn('admin key', 'None works.', 'Start the hub: it makes one, or takes that of PATCHBAY_ADMIN_KEY.');
}

const address = 'public URL';

/** What a worker, whom nobody reaches, writes into links. */
async function linkAddress(tx: SqlTransaction, { publicUrl }: Config): Promise<Finding> {
  if (publicUrl !== undefined) return ok(address, publicUrl);
  const told = await toldAddress(tx);
  if (told !== undefined) return ok(address, `${told}, as the API said that started last.`);
  return warn(
    address,
    'Not known: no API process has started yet, and mails with links wait for it.',
    'Start an API process, or set PATCHBAY_PUBLIC_URL for this worker.',
  );
}

interface Work {
  readonly due: number;
  readonly oldest: number | null;
  readonly running: number;
  readonly workers: number;
  readonly processes: number;
}

/** As long as a worker needs at most to find a run whose wake-up was lost. */
const patienceSeconds = 30;

async function work(tx: SqlTransaction, { role }: Config): Promise<Finding> {
  const [row] = await tx.rows<Work>(askWork);
  const { due = 0, oldest = 0, running = 0, workers = 0, processes = 0 } = row ?? {};
  const says = `${running} run${running === 1 ? ' is' : 's are'} worked on by ${workers} worker${workers === 1 ? '' : 's'}, ${due} wait; ${processes} process${processes === 1 ? '' : 'es'} of the hub ${processes === 1 ? 'is' : 'are'} connected.`;
  if (due === 0 || (oldest ?? 0) < patienceSeconds) return ok('runs', says);
  const waits = `${says} The oldest has waited for ${Math.round(oldest ?? 0)} s.`;
  if (processes > 0 && workers > 0) return warn('runs', waits, 'Start more workers if this lasts.');
  const start = role === 'api' ? 'with PATCHBAY_ROLE=worker' : 'with npm start';
  return fail('runs', `${waits} Nobody works.`, `Start a worker, ${start}.`);
}

const askWork = `
select count(*) filter (where is_due)::integer as due,
  extract(epoch from clock_timestamp() - min(since) filter (where is_due))::double precision as oldest,
  count(*) filter (where status = 'RUNNING' and lease_until >= clock_timestamp())::integer as running,
  count(distinct worker) filter (where status = 'RUNNING' and lease_until >= clock_timestamp())::integer as workers,
  (select count(*)::integer from pg_stat_activity where application_name = 'patchbay listener'
    and datname = current_database()) as processes
from (
  select status, worker, lease_until, coalesce(wake_at, lease_until, nullif(updated_at, to_timestamp(0)), created_at) as since,
    wanted = 'run' and (status = 'QUEUED' or (status = 'WAITING' and wake_at <= clock_timestamp())
      or (status = 'RUNNING' and (lease_until is null or lease_until < clock_timestamp()))) as is_due
  from runs
) r`;
