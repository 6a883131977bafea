import { type Retirement, retireKey } from '../../infra/keyring/retire-key.js';
import { amount } from './list-keys.js';
import type { KeysAtHand } from './open-keys.js';
import type { KeysWish, Tell } from './run-keys.js';
import { writeDown } from './write-down.js';

/** Ends a wrapping key, or says why not. */
export async function retire(keys: KeysAtHand, { id, dryRun }: KeysWish, tell: Tell): Promise<number> {
  if (id === undefined) {
    tell('Say which: keys retire <id>. `keys list` shows them.');
    return 1;
  }
  const { sql, kms } = keys;
  const outcome = await retireKey(sql, kms, id, dryRun ? 'try' : 'do', tx =>
    writeDown(tx, keys, { act: 'key.retired', target: `key ${id}`, details: {} }),
  );
  tell(inWords(id, outcome));
  return ['retired', 'already', 'free'].includes(outcome.is) ? 0 : 1;
}

function inWords(id: string, outcome: Retirement): string {
  const takeAway = id.startsWith('arn:') ? 'disable it at AWS' : 'take it out of PATCHBAY_ENCRYPTION_KEYS';
  switch (outcome.is) {
    case 'retired':
      return `${id} is retired. Now ${takeAway}; a backup that is older still needs it.`;
    case 'already':
      return `${id} was retired before; ${takeAway} if it is still there.`;
    case 'free':
      return `${id} wraps nothing and could be retired. Nothing was changed.`;
    case 'in use':
      return `${id} is not retired: ${amount(outcome.by)} would be lost. Run keys rotate first.`;
    case 'newest':
      return `${id} is not retired: it wraps what is new. Put another in front of it first.`;
    case 'unknown':
      return `There is no key "${id}". \`keys list\` shows them.`;
  }
}
