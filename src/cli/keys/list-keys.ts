import { sealedColumns } from '../../app.js';
import { countOld } from '../../infra/keyring/reseal.js';
import { unfinishedRenewal } from '../../infra/keyring/renew.js';
import { retiredKeys } from '../../infra/keyring/retire-key.js';
import { type WrappedBy, wrappedKeys } from '../../infra/keyring/wrapped-keys.js';
import type { KeysAtHand } from './open-keys.js';
import type { KeysWish, Tell } from './run-keys.js';

/** Each wrapping key with what it wraps, the newest first. */
export async function listKeys({ sql, kms }: KeysAtHand, _wish: KeysWish, tell: Tell): Promise<number> {
  const newest = await kms.newest();
  const known = await kms.keys();
  const [used, retired] = await sql.transaction('all', async tx => [await wrappedKeys(tx), await retiredKeys(tx)]);
  const ids = [...new Set([...known.map(({ id }) => id), ...used.map(({ id }) => id), ...retired])];
  for (const id of ids) {
    const { trouble } = known.find(key => key.id === id) ?? {};
    const marks = [
      ...(id === newest ? ['wraps what is new'] : []),
      ...(retired.includes(id) ? ['retired'] : []),
      ...(known.some(key => key.id === id) || id.startsWith('arn:') ? [] : ['not configured']),
      ...(trouble === undefined ? [] : [trouble]),
    ];
    const by = used.find(each => each.id === id);
    tell(
      `${id}: ${by === undefined ? 'wraps nothing' : `wraps ${amount(by)}`}${marks.map(mark => `; ${mark}`).join('')}`,
    );
  }
  const renewal = await unfinishedRenewal(sql);
  if (renewal === undefined) return 0;
  tell(`Since ${renewal.startedAt.toISOString()} everything is being sealed anew. Still under older data keys:`);
  for (const column of sealedColumns) tell(`  ${column.table}.${column.column}: ${await countOld(sql, column)}`);
  tell('Run keys rotate --reseal to go on.');
  return 0;
}

/** In words, such as "12 data keys of 11 customers and 2 of the house". */
export function amount({ dataKeys, customers, house }: WrappedBy): string {
  const several = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
  const parts = [
    ...(dataKeys > 0 ? [`${several(dataKeys, 'data key')} of ${several(customers, 'customer')}`] : []),
    ...(house > 0 ? [`${several(house, 'key')} of the house`] : []),
  ];
  return parts.join(' and ');
}
