import type { Bus, Egress, Kms, Log, Sql } from '../../core/ports.js';
import type { Config } from '../../config.js';
import { StartupProblem } from '../../core/startup-problem.js';
import { openBus } from '../../infra/bus.js';
import { keptEncryptionKeys } from '../../infra/data-folder.js';
import { createEgress } from '../../infra/egress.js';
import { findEmbeddedPostgres } from '../../infra/embedded-postgres/find.js';
import { openKeyring, type OpenKeyring } from '../../infra/keyring.js';
import { openKms } from '../../infra/kms.js';
import { openLog } from '../../infra/log.js';
import { openRootKey } from '../../infra/root-key.js';
import { openSql } from '../../infra/sql.js';

/** What is needed to look after the keys of a hub that may be at work meanwhile. */
export interface KeysAtHand {
  /** As the owner of the database. */
  readonly sql: Sql;
  readonly kms: Kms;
  readonly bus: Bus;
  keyring(): Promise<OpenKeyring>;
  close(): Promise<void>;
}

/** @throws StartupProblem */
export async function openKeys(config: Config): Promise<KeysAtHand> {
  const log: Log = openLog('silent');
  const url = await databaseUrl(config);
  const egress: Egress & { close(): Promise<void> } = createEgress({ allow: config.egressAllow, log });
  const keys = config.encryptionKeys ?? (await keptEncryptionKeys(config.dataDir)) ?? [];
  const kms = await openKms({ keys, aws: config.kms }, { egress, log });
  const sql = openSql(url, 3);
  const closers: (() => Promise<void>)[] = [() => egress.close(), () => sql.close()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    await requireTables(sql);
    const bus = await openBus(url, log);
    closers.push(() => bus.close());
    const keyring = async (): Promise<OpenKeyring> => openKeyring({ kms, root: await openRootKey(sql, kms), sql });
    return { sql, kms, bus, keyring, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function databaseUrl(config: Config): Promise<string> {
  if (config.databaseUrl !== undefined) return config.databaseUrl.reveal();
  const standing = await findEmbeddedPostgres(`${config.dataDir}/postgres`);
  if (standing.is === 'running') return standing.url;
  throw new StartupProblem('The embedded PostgreSQL does not run: start the hub, with npm start, and ask again.');
}

async function requireTables(sql: Sql): Promise<void> {
  const [row] = await sql.transaction('all', tx =>
    tx.rows<{ there: boolean }>("select to_regclass('public.root_key') is not null as there"),
  );
  if (row?.there !== true)
    throw new StartupProblem('The database has no keys of this version yet: start a hub of this version first.');
}
