import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { BrokenPromise } from '../core/errors.js';
import { KeyServiceError } from '../core/key-service.js';
import { houseOwner, type Kms, type KmsContext, type WrappedKey } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import { StartupProblem } from '../core/startup-problem.js';

/**
 * The root key: the serving role's password and all digests are derived from it.
 *
 * It is kept wrapped where only the owner of the database can read it, and never changes: keys that wrap come and go.
 */

const rootKeyContext: KmsContext = { customer: houseOwner, purpose: 'root key', version: 1 };

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
  const { rows } = await owner.query<WrappedKey>('select wrapped, wrapped_by as "wrappedBy" from root_key');
  const [row] = rows;
  return row && new Secret<Uint8Array>(await kms.unwrap(row, rootKeyContext).catch(asProblem));
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
