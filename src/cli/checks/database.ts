import type { Config } from '../../config.js';
import { StartupProblem } from '../../core/startup-problem.js';
import { findEmbeddedPostgres } from '../../infra/embedded-postgres/find.js';
import { findPrograms } from '../../infra/embedded-postgres/programs.js';
import { type DatabaseReport, inspectDatabase } from '../../infra/inspect-database.js';
import type { KeysOfHub } from '../../infra/database.js';
import { fail, type Finding, ok, reasonOf, warn } from '../finding.js';

const about = 'database';
const tested = 18;
const slowMs = 20;
const clockMs = 1_000;
const mostUsed = 0.8;

interface Looked {
  readonly findings: readonly Finding[];
  /** Where the hub's own data can be read; undefined when it cannot, or there is none yet. */
  readonly servingUrl: string | undefined;
}

/** The database and all that the hub needs of it. An embedded one that is stopped stays so. */
export async function checkDatabase(config: Config, keys: KeysOfHub): Promise<Looked> {
  const place = await findDatabase(config);
  if ('findings' in place) return { ...place, servingUrl: undefined };
  const { host } = new URL(place.url);
  try {
    const report = await inspectDatabase(place.url, keys);
    return { findings: judge(report, host), servingUrl: report.pending === undefined ? undefined : report.role.url };
  } catch (error) {
    if (error instanceof StartupProblem) return { findings: [keysLost(error)], servingUrl: undefined };
    const says = `${place.name} at ${host} cannot be reached or refuses the login (${reasonOf(error)}).`;
    const remedy =
      config.databaseUrl === undefined
        ? 'Look into postgres/postgres.log in the data folder.'
        : 'Check DATABASE_URL, and that the server runs and lets this machine in.';
    return { findings: [fail(about, says, remedy)], servingUrl: undefined };
  }
}

function keysLost({ message }: StartupProblem): Finding {
  return fail('encryption keys', message, 'The hub does not start before this is put right.');
}

async function findDatabase(
  config: Config,
): Promise<{ readonly url: string; readonly name: string } | { readonly findings: readonly Finding[] }> {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl.reveal(), name: 'PostgreSQL' };
  try {
    const standing = await findEmbeddedPostgres(`${config.dataDir}/postgres`);
    if (standing.is === 'running') return { url: standing.url, name: 'The embedded PostgreSQL' };
    await findPrograms();
    const says =
      standing.is === 'unmade'
        ? 'Embedded; it will be made at the first start.'
        : 'Embedded, and stopped: it starts with the hub and was left as it is, so nothing in it was looked at.';
    return { findings: [ok(about, says)] };
  } catch (error) {
    if (!(error instanceof StartupProblem)) throw error;
    return { findings: [fail(about, error.message, 'Do as it says, or set DATABASE_URL.')] };
  }
}

function judge(report: DatabaseReport, host: string): Finding[] {
  return [
    version(report, host),
    ...speed(report),
    ...clock(report),
    connections(report),
    migrations(report),
    role(report),
  ];
}

function version({ version }: DatabaseReport, host: string): Finding {
  const says = `PostgreSQL ${version} answers at ${host}.`;
  if (Number.parseInt(version, 10) >= tested) return ok(about, says);
  return warn(about, says, `Patchbay is tested with PostgreSQL ${tested}: upgrade when you can.`);
}

function speed({ latencyMs }: DatabaseReport): Finding[] {
  const says = `A question is answered in ${latencyMs.toFixed(1)} ms.`;
  if (latencyMs < slowMs) return [ok('database latency', says)];
  return [warn('database latency', says, 'Run the hub nearer to its database: each page waits for it several times.')];
}

function clock({ aheadMs }: DatabaseReport): Finding[] {
  const says = `The database's clock differs from ours by ${Math.round(Math.abs(aheadMs))} ms.`;
  if (Math.abs(aheadMs) < clockMs) return [ok('clock', says)];
  return [warn('clock', says, 'Keep both machines on time by NTP: keys and windows end by the clock.')];
}

function connections({ connections: { used, most } }: DatabaseReport): Finding {
  const says = `${used} of ${most} are in use.`;
  if (used <= most * mostUsed) return ok('database connections', says);
  return warn('database connections', says, 'Raise max_connections, or run fewer processes.');
}

function migrations({ pending, unknown }: DatabaseReport): Finding {
  const what = 'migrations';
  if (pending === undefined) return ok(what, 'The tables will be made at the first start.');
  if (unknown.length > 0)
    return fail(what, `The database is newer than this program (${unknown.join(', ')}).`, 'Install the newer version.');
  if (pending.length === 0) return ok(what, 'All have been made.');
  return warn(what, `Still to be made: ${pending.join(', ')}.`, 'Start a hub of this version; it makes them.');
}

function role({ role: { name, exists, isMighty, mayBeMade, url } }: DatabaseReport): Finding {
  const what = 'serving role';
  if (isMighty)
    return fail(
      what,
      `The role ${name} is not bound by row-level security.`,
      `Run as a superuser: alter role "${name}" nosuperuser nobypassrls`,
    );
  if (url !== undefined) return ok(what, `${name} logs in and owns nothing.`);
  if (!mayBeMade) {
    const verb = exists ? 'changed' : 'made';
    return fail(what, `${name} cannot be ${verb} by the login of DATABASE_URL.`, 'Give that login CREATEROLE.');
  }
  if (!exists) return ok(what, `${name} will be made at the first start.`);
  const says = `${name} is there, but its password is another.`;
  return warn(what, says, 'The next start of the hub gives it the right one.');
}
