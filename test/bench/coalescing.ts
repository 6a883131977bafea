import { openCredential } from '../../src/access/store-credential.js';
import { type Held, readCredentialRow } from '../../src/access/tokens/credential-row.js';
import type { House } from '../../src/scope.js';

/** The least that shares looks among callers: a map of promises, the same look into the store, and nothing besides. */
export function coalescing({ sql, keyring }: Pick<House, 'sql' | 'keyring'>): (held: Held) => Promise<string> {
  const underWay = new Map<string, Promise<string>>();
  const look = async (held: Held): Promise<string> => {
    const row = await readCredentialRow(sql, held);
    if (row?.isAlive !== true) throw new Error('The token has ended.');
    const { secret } = await openCredential(keyring, row, row.sealed);
    return `Bearer ${secret.reveal()['access_token']}`;
  };
  return held => {
    const running = underWay.get(held.id);
    if (running !== undefined) return running;
    const begun = look(held).finally(() => underWay.delete(held.id));
    underWay.set(held.id, begun);
    return begun;
  };
}
