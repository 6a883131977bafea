import { type Config, readConfig } from '../config.js';
import { StartupProblem } from '../core/startup-problem.js';
import { keptEncryptionKeys } from '../infra/data-folder.js';
import { createEgress } from '../infra/egress.js';
import type { Egress } from '../core/ports.js';
import { openKms } from '../infra/kms.js';
import type { NamedKey } from '../infra/kms/local.js';
import { openLog } from '../infra/log.js';
import { checkAddress } from './checks/address.js';
import { checkContents } from './checks/contents.js';
import { checkDatabase } from './checks/database.js';
import { checkDataFolder } from './checks/data-folder.js';
import { checkJobs } from './checks/jobs.js';
import { checkMail } from './checks/mail.js';
import { checkPlatforms } from './checks/platforms.js';
import { checkTraces } from './checks/traces.js';
import { fail, type Finding, ok, reasonOf } from './finding.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is configured, reachable and missing. Changes nothing, and starts nothing that is not running. */
export async function examine(env: Environment): Promise<readonly Finding[]> {
  const program = ok('program', `Node ${process.versions.node} on ${process.platform}-${process.arch}.`);
  const config = configured(env);
  if (!('role' in config)) return [program, ...config];
  const own = ['127.0.0.1', 'localhost', '[::1]', config.host].map(host => `${host}:${config.port}`);
  const near = createEgress({ allow: config.port === 0 ? [] : [...new Set(own)], log: openLog('silent') });
  const egress = createEgress({ allow: config.egressAllow, log: openLog('silent') });
  try {
    const groups = await Promise.all([
      inWords('data folder', () => checkDataFolder(config.dataDir)),
      inWords('database', () => checkStore(config, egress)),
      inWords('jobs', async () => [await checkJobs(config)]),
      inWords('port', () => checkAddress(config, near)),
      inWords('mail', async () => [await checkMail(config)]),
      inWords('platforms', () => checkPlatforms(config, egress)),
      inWords('traces', () => checkTraces(config)),
    ]);
    return [program, summary(config), ...groups.flat()];
  } finally {
    await Promise.all([near.close(), egress.close()]);
  }
}

function configured(env: Environment): Config | Finding[] {
  try {
    return readConfig(env);
  } catch (error) {
    if (!(error instanceof StartupProblem)) throw error;
    const [, ...problems] = error.message.split('\n  ');
    const remedy = 'Correct it; the rest is looked at when the configuration can be used.';
    return problems.map(problem => fail('configuration', problem, remedy));
  }
}

function summary({ role, databaseUrl, jobs, metricsToken, adminKey }: Config): Finding {
  const parts = [
    `role ${role}`,
    databaseUrl === undefined ? 'embedded database' : 'database of DATABASE_URL',
    `jobs in ${jobs === 'postgres' ? 'PostgreSQL' : 'MongoDB'}`,
    `admin key ${adminKey === undefined ? 'of the data folder' : 'of PATCHBAY_ADMIN_KEY'}`,
    `metrics token ${metricsToken === undefined ? 'not set' : 'set'}`,
  ];
  return ok('configuration', `${parts.join(', ')}.`);
}

async function checkStore(config: Config, egress: Egress): Promise<Finding[]> {
  const keys = config.encryptionKeys ?? (await keptEncryptionKeys(config.dataDir));
  const kms = await openKms({ keys: keys ?? [], aws: config.kms }, { egress, log: openLog('silent') });
  const { findings, servingUrl } = await checkDatabase(config, { kms, oldest: keys?.at(-1)?.key });
  if (servingUrl !== undefined) return [...findings, ...(await checkContents(config, kms, servingUrl))];
  return [...findings, ...(config.kms === undefined ? [keysThere(keys)] : [])];
}

function keysThere(keys: readonly NamedKey[] | undefined): Finding {
  const about = 'encryption keys';
  if (keys === undefined) return ok(about, 'Will be made in the data folder at the first start.');
  return ok(about, `${keys.map(({ name }) => name).join(', ')}; which are in use was not looked at.`);
}

/** A check that breaks is a finding too. */
async function inWords(about: string, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    const says = error instanceof StartupProblem ? error.message : `Could not be looked at (${reasonOf(error)}).`;
    return [fail(about, says, 'Correct this first, then ask again.')];
  }
}
