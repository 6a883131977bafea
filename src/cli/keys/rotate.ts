import { setTimeout as sleep } from 'node:timers/promises';
import { sealedColumns } from '../../app.js';
import { countOld, resealColumn } from '../../infra/keyring/reseal.js';
import {
  dropOldDataKeys,
  finishRenewal,
  openRenewal,
  renewDataKeys,
  settlingMs,
  unfinishedRenewal,
} from '../../infra/keyring/renew.js';
import { rewrapAll } from '../../infra/keyring/rewrap.js';
import { wrappedKeys } from '../../infra/keyring/wrapped-keys.js';
import { amount } from './list-keys.js';
import type { KeysAtHand } from './open-keys.js';
import type { KeysWish, Tell } from './run-keys.js';
import { writeDown } from './write-down.js';

const lookEveryMs = 10_000;

/** Brings everything under the newest key. What broke off goes on where it was. */
export async function rotate(keys: KeysAtHand, { dryRun, reseal, wait }: KeysWish, tell: Tell): Promise<number> {
  const { sql, kms } = keys;
  const newest = await kms.newest();
  tell(`The newest key is ${newest}; every process of the hub must have it by now.`);
  const others = (await sql.transaction('all', wrappedKeys)).filter(({ id }) => id !== newest);
  for (const other of others) tell(`${other.id} wraps ${amount(other)}.`);
  if (others.length === 0) tell('Everything is wrapped by it.');
  const renewing = reseal || (await unfinishedRenewal(sql)) !== undefined;
  if (dryRun) {
    if (renewing) for (const column of sealedColumns) tell(await outlook(keys, `${column.table}.${column.column}`));
    tell('Nothing was changed.');
    return 0;
  }
  const { done, stuck } = await rewrapAll(sql, kms, count => tell(`${count} keys wrapped anew`));
  if (done > 0) tell(`${done} keys are wrapped by ${newest} now.`);
  for (const [id, count] of stuck)
    tell(`${count} keys stay under ${id}, which is not configured or does not open them.`);
  if (stuck.size > 0) return 1;
  const note = (act: string, details: Readonly<Record<string, unknown>>): Promise<void> =>
    sql.transaction('all', tx => writeDown(tx, keys, { act, target: `key ${newest}`, details }));
  if (renewing) await note('keys.renewal-begun', {});
  const code = renewing ? await sealAnew(keys, wait, tell) : 0;
  const dropped = await dropOldDataKeys(sql);
  await note('keys.rotated', { wrappedAnew: done, resealed: renewing && code === 0, dataKeysDestroyed: dropped });
  if (dropped > 0) tell(`${dropped} data keys that were replaced a day ago are destroyed.`);
  return code;
}

async function outlook({ sql }: KeysAtHand, name: string): Promise<string> {
  const [table = ''] = name.split('.');
  const [row] = await sql.transaction('all', tx =>
    tx.rows<{ rows: number }>(`select count(*)::integer as rows from ${table}`),
  );
  return `${row?.rows ?? 0} values of ${name} would be sealed anew.`;
}

/** Until nothing is left, and nobody can add to it. */
async function sealAnew(keys: KeysAtHand, wait: boolean, tell: Tell): Promise<number> {
  const { sql } = keys;
  const renewal = await openRenewal(sql);
  tell(`Everything is sealed anew since ${renewal.startedAt.toISOString()}.`);
  const renewed = await renewDataKeys(keys, renewal, count => tell(`${count} new data keys`));
  if (renewed > 0) tell(`${renewed} owners have a new data key.`);
  for (;;) {
    // Read before the rows: what is written after this look is under the new keys.
    const settling = await settlingMs(sql);
    const { left, damaged } = await passOver(keys, tell);
    if (left === 0 && settling === 0) {
      await finishRenewal(sql, renewal);
      tell(
        `Nothing is left under an older data key.${damaged > 0 ? ` ${damaged} values were damaged before and stay.` : ''}`,
      );
      return damaged > 0 ? 1 : 0;
    }
    if (left === 0 && !wait) {
      const at = new Date(Date.now() + settling).toISOString();
      tell(
        `Nothing is left now. Run it again after ${at}: until then a process may still seal under an older data key.`,
      );
      return 0;
    }
    if (left === 0) tell(`Nothing is left now. A last look follows in ${Math.ceil(settling / 1_000)} s.`);
    await sleep(left > 0 ? 200 : Math.min(settling, lookEveryMs));
  }
}

async function passOver(keys: KeysAtHand, tell: Tell): Promise<{ left: number; damaged: number }> {
  const { sql } = keys;
  const keyring = await keys.keyring();
  let [left, damaged] = [0, 0];
  try {
    for (const column of sealedColumns) {
      const name = `${column.table}.${column.column}`;
      const outcome = await resealColumn(
        sql,
        keyring,
        column,
        count => count > 0 && tell(`${name}: ${count} sealed anew`),
      );
      damaged += outcome.damaged;
      left += outcome.busy;
      if (outcome.done > 0) left += (await countOld(sql, column)) - outcome.damaged;
    }
  } finally {
    keyring.close();
  }
  return { left, damaged };
}
