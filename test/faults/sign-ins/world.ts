import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { ask } from '../../kit/client.js';
import { type FreshDatabase, readyDatabase } from '../../kit/database.js';
import { type Front, openFront } from '../../kit/front.js';
import type { TestHub } from '../../kit/hub.js';
import { hubEnv } from '../../kit/hub.js';
import { type KeeperProcess, startKeeper } from '../../kit/keeper-processes.js';
import { type PretendPlatform, startPretendPlatform } from '../../kit/pretend-platform.js';

/** A hub of processes behind one address, and a platform that revokes tokens. */
export interface SignInWorld {
  /** At the address that stays. Questions go to the process that lives on. */
  readonly hub: Pick<TestHub, 'ask' | 'url'>;
  readonly front: Front;
  readonly database: FreshDatabase;
  readonly platform: PretendPlatform;
  /** Takes over, and sweeps. */
  readonly survivor: KeeperProcess;
  /** A process that serves the page, and at times dies. */
  startVictim(crashAt: string | undefined): Promise<KeeperProcess>;
  /** Holds up the COMMIT of whoever makes a credential live. */
  holdCommits(): Promise<HeldCommits>;
  close(): Promise<void>;
}

export interface HeldCommits {
  /** Whether a COMMIT has arrived and waits. */
  isWaiting(): Promise<boolean>;
  goOn(): Promise<void>;
}

const lock = 17;
/** At the COMMIT itself, when all statements are through. */
const trap = `
create function wait_at_commit() returns trigger language plpgsql as
  'begin perform pg_advisory_xact_lock_shared(${lock}); return null; end';
create constraint trigger wait_at_commit after insert or update on credentials deferrable initially deferred
  for each row execute function wait_at_commit()`;

export async function openSignInWorld(): Promise<SignInWorld> {
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const database = await readyDatabase();
  const platform = await startPretendPlatform();
  const front = await openFront();
  platform.oauth.allowRedirect(`${front.url}/oauth/callback/${platform.id}`);
  const env = {
    ...{ ...hubEnv(database.url, adminKey), ...platform.env },
    ...{ PATCHBAY_PUBLIC_URL: front.url, TEST_PLATFORMS: platform.folder.href },
  };
  const survivor = await startKeeper({ ...env, PATCHBAY_ROLE: 'all' });
  await database.query(trap);
  return {
    hub: { url: front.url, ask: (query, variables = {}) => ask(survivor.url, adminKey, query, variables) },
    ...{ front, database, platform, survivor },
    startVictim: crashAt => startKeeper({ ...env, PATCHBAY_ROLE: 'api' }, crashAt),
    async holdCommits() {
      const holder = new pg.Client({ connectionString: database.url });
      await holder.connect();
      await holder.query(`select pg_advisory_lock(${lock})`);
      return {
        async isWaiting() {
          const { rows } = await holder.query(
            `select 1 from pg_locks l join pg_database d on d.oid = l.database
             where d.datname = current_database() and l.locktype = 'advisory' and l.objid = ${lock} and not l.granted`,
          );
          return rows.length > 0;
        },
        goOn: () => holder.end(),
      };
    },
    async close() {
      await survivor.end();
      await front.close();
      await platform.close();
      await database.drop();
    },
  };
}
