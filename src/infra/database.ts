import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import pg from 'pg';
import type { Kms } from '../core/ports.js';
import type { Secret } from '../core/secret.js';
import { StartupProblem } from '../core/startup-problem.js';
import { migrations } from './migrations/index.js';
import { ensureRootKey, readRootKey } from './root-key.js';

export interface KeysOfHub {
  readonly kms: Kms;
  /** The oldest key of the configuration: hubs older than the root key derived from it. */
  readonly oldest: Secret<Uint8Array> | undefined;
}
export interface Prepared {
  /** What serving code logs in with. */
  readonly url: string;
  readonly root: Secret<Uint8Array>;
}

type MigrationClass = (typeof migrations)[number];
const mostAttempts = 30;

/**
 * Makes the database ready and gives the address that serving code logs in with.
 *
 * The owner's address migrates and grants, under an advisory lock, and is then forgotten. Serving
 * code logs in as a role that owns nothing and cannot bypass row-level security. Its password is
 * derived from the root key, so that every process of a hub finds it without storing it.
 */
export async function prepareDatabase(
  ownerUrl: string,
  { kms, oldest }: KeysOfHub,
  steps: readonly MigrationClass[] = migrations,
): Promise<Prepared> {
  const owner = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 });
  owner.on('error', () => undefined);
  await connect(owner, ownerUrl);
  try {
    await owner.query("set lock_timeout = '60s'");
    await owner.query('select pg_advisory_lock(7201)');
    await migrate(ownerUrl, steps);
    const root = await ensureRootKey(owner, kms, oldest);
    return { url: await servingUrl(owner, ownerUrl, root), root };
  } finally {
    await owner.end();
  }
}

async function connect(owner: pg.Client, ownerUrl: string): Promise<void> {
  try {
    await owner.connect();
  } catch (cause) {
    const { host } = new URL(ownerUrl);
    throw new StartupProblem(
      `The database at ${host} cannot be reached or refuses the login (${reason(cause)}): check DATABASE_URL.`,
    );
  }
}

/**
 * Forward only. Work goes on meanwhile, so a step that would have to wait for a lock, with everybody behind it waiting too,
 * gives way after two seconds and is tried again.
 */
async function migrate(ownerUrl: string, steps: readonly MigrationClass[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await migrateOnce(ownerUrl, steps);
    } catch (error) {
      if (attempt === mostAttempts || !mustGiveWay(error)) throw error;
      await sleep(Math.random() * 1_000);
    }
  }
}

function mustGiveWay(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false;
  // A knot of locks with work under way is untied by giving way, too.
  return ['55P03', '40P01'].includes(String((error as { code?: unknown }).code)) || mustGiveWay(error.cause, depth + 1);
}

async function migrateOnce(ownerUrl: string, steps: readonly MigrationClass[]): Promise<void> {
  const orm = await MikroORM.init({
    clientUrl: ownerUrl,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    // Each by itself, so that what one has locked is free while the next one works.
    migrations: { migrationsList: [...steps], snapshot: false, transactional: true, allOrNothing: false },
    pool: { min: 0, max: 2 },
    driverOptions: { lock_timeout: 2_000 },
    logger: () => undefined,
  });
  try {
    await orm.migrator.up();
  } finally {
    await orm.close(true);
  }
}

async function servingUrl(owner: pg.Client, ownerUrl: string, root: Secret<Uint8Array>): Promise<string> {
  const { role, url } = await servingLogin(owner, ownerUrl, root);
  if (!(await canLogIn(url))) await makeRole(owner, role, new URL(url).password);
  await grant(owner, role);
  return url;
}

/** What the serving role is called, and the address that it logs in with. */
async function servingLogin(
  owner: pg.Client,
  ownerUrl: string,
  root: Secret<Uint8Array>,
): Promise<{ readonly role: string; readonly url: string }> {
  const role = await servingRole(owner);
  return { role, url: withLogin(ownerUrl, role, password(root.reveal(), role)) };
}

/** Changes nothing. `url` is undefined as long as there is no root key. @throws StartupProblem when it cannot be unwrapped. */
export async function findServingLogin(
  owner: pg.Client,
  ownerUrl: string,
  { kms, oldest }: KeysOfHub,
): Promise<{ readonly role: string; readonly url: string | undefined }> {
  const root = (await readRootKey(owner, kms)) ?? oldest;
  if (root === undefined) return { role: await servingRole(owner), url: undefined };
  return servingLogin(owner, ownerUrl, root);
}

async function servingRole(owner: pg.Client): Promise<string> {
  const { rows } = await owner.query<{ name: string }>('select current_database() as name');
  return `${rows[0]?.name ?? 'patchbay'}_app`.slice(0, 63);
}

async function makeRole(owner: pg.Client, role: string, secret: string): Promise<void> {
  const { rowCount } = await owner.query('select 1 from pg_roles where rolname = $1', [role]);
  const verb = rowCount === 0 ? 'create' : 'alter';
  try {
    await owner.query(
      `${verb} role ${owner.escapeIdentifier(role)} login nosuperuser nocreatedb nocreaterole nobypassrls password '${scramVerifier(secret)}'`,
    );
  } catch (cause) {
    throw new StartupProblem(
      `The role in DATABASE_URL may not ${verb} the role "${role}" that the hub serves with (${reason(cause)}): give it CREATEROLE.`,
    );
  }
}

async function grant(owner: pg.Client, role: string): Promise<void> {
  const name = owner.escapeIdentifier(role);
  await owner.query(`
    grant usage on schema public, jobs to ${name};
    grant select, insert, update, delete on all tables in schema public, jobs to ${name};
    revoke update, delete on audit_entries from ${name};
    revoke delete on audit_heads from ${name};
    revoke all on mikro_orm_migrations, root_key from ${name};
    grant select (wrapped_by) on root_key to ${name};
    revoke insert, update, delete on retired_keys, key_renewals from ${name};
  `);
}

function password(key: Uint8Array, role: string): string {
  return createHmac('sha256', key).update(`serving role ${role}`).digest('hex');
}

/** What PostgreSQL keeps of a password (RFC 5803). Statements stand in its log; the password itself never does. */
function scramVerifier(secret: string): string {
  const [salt, rounds] = [randomBytes(16), 4_096];
  const salted = pbkdf2Sync(secret, salt, rounds, 32, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest();
  const parts = [salt, stored, hmac('Server Key')].map(part => part.toString('base64'));
  return `SCRAM-SHA-256$${rounds}:${parts[0]}$${parts[1]}:${parts[2]}`;
}

function withLogin(address: string, user: string, secret: string): string {
  const url = new URL(address);
  url.username = user;
  url.password = secret;
  return url.href;
}

async function canLogIn(address: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: address, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

function reason(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string };
  return code ?? message ?? 'no reason given';
}
