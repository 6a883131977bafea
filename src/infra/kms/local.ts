import { randomBytes } from 'node:crypto';
import { BrokenPromise } from '../../core/errors.js';
import type { Kms, KmsContext } from '../../core/ports.js';
import type { Secret } from '../../core/secret.js';
import { decrypt, encrypt } from '../cipher.js';

/** A 256-bit key that is kept outside the database. The newest wraps; all of them unwrap. */
export interface NamedKey {
  readonly name: string;
  readonly key: Secret<Uint8Array>;
}

/** Keys from the configuration or the data folder, newest first. There may be none when another driver wraps. */
export function localKms(keys: readonly NamedKey[]): Kms {
  const wrap = async (key: Uint8Array, context: KmsContext) => {
    const [newest] = keys;
    if (newest === undefined) throw new BrokenPromise('There is no key to wrap with.');
    return { wrapped: encrypt(newest.key.reveal(), key, associated(context)), wrappedBy: newest.name };
  };
  return {
    newest: async () => keys[0]?.name ?? '',
    wrap,
    generate: async context => {
      const key = randomBytes(32);
      return { key, ...(await wrap(key, context)) };
    },
    unwrap: async ({ wrapped, wrappedBy }, context) => {
      const named = keys.find(({ name }) => name === wrappedBy);
      if (named === undefined) {
        throw new BrokenPromise(
          `A ${context.purpose} is wrapped by "${wrappedBy}", which PATCHBAY_ENCRYPTION_KEYS does not hold.`,
        );
      }
      return decrypt(named.key.reveal(), wrapped, associated(context));
    },
    keys: async () => keys.map(({ name }) => ({ id: name })),
  };
}

function associated({ purpose, customer, version }: KmsContext): string {
  return `${purpose}|${customer}|${version}`;
}
