import { hostname } from 'node:os';
import type { SqlTransaction } from '../../core/ports.js';
import { type HouseAct, recordInSql } from '../../customers/index.js';
import type { KeysAtHand } from './open-keys.js';

/** Writes down what the operator did to the keys, where admins see it. */
export async function writeDown(
  tx: SqlTransaction,
  keys: Pick<KeysAtHand, 'keyring'>,
  what: Omit<HouseAct, 'actor'>,
): Promise<void> {
  const keyring = await keys.keyring();
  try {
    await recordInSql(tx, keyring, { ...what, actor: `the operator, by the command line on ${hostname()}` });
  } finally {
    keyring.close();
  }
}
