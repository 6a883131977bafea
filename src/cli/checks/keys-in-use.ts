import type { Kms, SqlTransaction } from '../../core/ports.js';
import { type WrappedBy, wrappedKeys } from '../../infra/keyring/wrapped-keys.js';
import { isArn } from '../../infra/kms.js';
import { fail, type Finding, ok } from '../finding.js';

/** Which keys wrap what, and whether all of them can be used. */
export async function keysInUse(tx: SqlTransaction, kms: Kms): Promise<Finding> {
  const about = 'encryption keys';
  const keys = await kms.keys();
  const used = await wrappedKeys(tx);
  const lost = used.filter(({ id }) => !isArn(id) && !keys.some(key => key.id === id));
  if (lost.length > 0) {
    const remedy = 'Put it back into PATCHBAY_ENCRYPTION_KEYS: without it those transcripts cannot be read.';
    return fail(about, `In use and not configured: ${lost.map(inWords).join(', ')}.`, remedy);
  }
  const unused = keys.filter(key => !used.some(({ id }) => id === key.id));
  const ids = keys.map(({ id }) => id);
  const all = [...used, ...unused.map(({ id }) => ({ id, dataKeys: 0, customers: 0, house: 0 }))];
  all.sort((a, b) => placeOf(ids, a.id) - placeOf(ids, b.id));
  const says = `${all.map(inWords).join(', ')}; the first is for new customers.`;
  const troubled = keys.filter(({ trouble }) => trouble !== undefined);
  if (troubled.length === 0) return ok(about, says);
  const told = troubled.map(({ id, trouble }) => `${id} is ${trouble}`).join(', ');
  return fail(about, `${told}. ${says}`, 'Enable it at the key service.');
}

/** Older keys of a key service are known from the database only. */
function placeOf(ids: readonly string[], id: string): number {
  return ids.includes(id) ? ids.indexOf(id) : ids.length;
}

function inWords({ id, customers, house }: WrappedBy): string {
  return `${id} (${customers} customer${customers === 1 ? '' : 's'}${house > 0 ? ' and the house' : ''})`;
}
