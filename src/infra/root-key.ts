import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { BrokenPromise } from '../core/errors.js';
import { KeyServiceError } from '../core/key-service.js';
import { houseOwner, type Kms, type KmsContext, type Sql, type WrappedKey } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import { StartupProblem } from '../core/startup-problem.js';

/**
 * The root key: the serving role's password and all digests are derived from it.
 *
 * It is kept wrapped where only the owner of the database can read it, and never changes: keys that wrap come and go.
 */

export const rootKeyContext: KmsContext = { customer: houseOwner, purpose: 'root key', version: 1 };

/**
 * Made at the first start. Hubs that are older than the root key derived from `before`, their oldest encryption key,
 * so that one becomes their root key and everything stays as it was.
 *
 * @throws StartupProblem when it cannot be unwrapped.
 */
export async function ensureRootKey(
  owner: pg.Client,
  kms: Kms,
  before: Secret<Uint8Array> | undefined,
): Promise<Secret<Uint8Array>> {
  await refuseRetired(owner, kms);
  const stored = await readRootKey(owner, kms);
  if (stored !== undefined) return stored;
  const root = before !== undefined && (await hasHistory(owner)) ? before : new Secret<Uint8Array>(randomBytes(32));
  const { wrapped, wrappedBy } = await kms.wrap(root.reveal(), rootKeyContext).catch(asProblem);
  await owner.query('insert into root_key (wrapped, wrapped_by) values ($1, $2)', [wrapped, wrappedBy]);
  return root;
}

/** undefined: it has not been made. */
export async function readRootKey(owner: pg.Client, kms: Kms): Promise<Secret<Uint8Array> | undefined> {
  const { rows: tables } = await owner.query<{ there: boolean }>(
    "select to_regclass('public.root_key') is not null as there",
  );
  if (tables[0]?.there !== true) return undefined;
  const { rows } = await owner.query<WrappedKey>(question);
  return rows[0] && unwrapped(rows[0], kms);
}

/** The same for whoever has the owner's rights otherwise. @throws StartupProblem */
export async function openRootKey(sql: Sql, kms: Kms): Promise<Secret<Uint8Array>> {
  const [row] = await sql.transaction('all', tx => tx.rows<WrappedKey>(question));
  if (row === undefined) throw new StartupProblem('There is no root key yet: start a hub first.');
  return unwrapped(row, kms);
}

const question = 'select wrapped, wrapped_by as "wrappedBy" from root_key';

async function unwrapped(row: WrappedKey, kms: Kms): Promise<Secret<Uint8Array>> {
  return new Secret<Uint8Array>(await kms.unwrap(row, rootKeyContext).catch(asProblem));
}

/** A process that would wrap with a key which is no more must not come up. */
async function refuseRetired(owner: pg.Client, kms: Kms): Promise<void> {
  const { rows } = await owner.query<{ id: string }>('select id from retired_keys');
  if (rows.length === 0) return;
  const newest = await kms.newest().catch(asProblem);
  if (rows.some(({ id }) => id === newest))
    throw new StartupProblem(`The key "${newest}" is retired: put a newer one in front of PATCHBAY_ENCRYPTION_KEYS.`);
}

async function hasHistory(owner: pg.Client): Promise<boolean> {
  await owner.query("select set_config('patchbay.reach', 'all', false)");
  const { rows } = await owner.query<{ has: boolean }>(
    'select exists (select from audit_heads) or exists (select from data_keys) as has',
  );
  return rows[0]?.has === true;
}

function asProblem(error: unknown): never {
  if (error instanceof BrokenPromise)
    throw new StartupProblem(`${error.message} Put it back: without it nothing that this hub keeps can be read.`);
  if (error instanceof KeyServiceError) {
    const { name } = (error.cause ?? {}) as { name?: string };
    throw new StartupProblem(
      `The key service refuses or does not answer (${name ?? 'no reason given'}): check PATCHBAY_KMS_KEY_ID, the rights on that key, and the way to it.`,
    );
  }
  throw error;
}
