import { randomUUID } from 'node:crypto';
import type { Account } from '#connector';
import type { Keyring } from '../core/ports.js';

/** An account under the id that it is kept under. */
export interface KnownAccount extends Account {
  readonly id: string;
}

export interface Known {
  /** The account of the connection that is to be renewed. */
  readonly expected?: string | null | undefined;
  /** What was entered, and stays the same when it is entered again. Absent: a sign-in, of which nothing does. */
  readonly entered?: Readonly<Record<string, string>> | undefined;
}

const own = 'own-';

/**
 * Which account this is. A platform may know it by several ids, of which the connection to be renewed has one; one that the platform
 * does not name is the connection's own, and nobody can tell another one from it.
 */
export function knownAccount(
  keyring: Pick<Keyring, 'digest'>,
  account: Account,
  { expected, entered }: Known,
): KnownAccount {
  const { id, otherIds = [] } = account;
  if (expected && (otherIds.includes(expected) || (id === undefined && expected.startsWith(own))))
    return { ...account, id: expected };
  return { ...account, id: id ?? own + (entered === undefined ? randomUUID() : digestOf(keyring, entered)) };
}

function digestOf(keyring: Pick<Keyring, 'digest'>, entered: Readonly<Record<string, string>>): string {
  const text = JSON.stringify(Object.entries(entered).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return keyring.digest('account of a credential', text).toString('hex').slice(0, 32);
}
