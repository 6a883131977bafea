import { unpackDocument } from '../../calls/index.js';
import { notFound } from '../../core/errors.js';
import { record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { UnreadRecord } from './unread-record.entity.js';

/** @throws CallerError NOT_FOUND */
export async function openDocument(scope: Scope, id: string): Promise<string> {
  const found = await inTransaction(scope, async inside => {
    const unread = await inside.em.findOne(UnreadRecord, { id }, { populate: ['document'] });
    if (unread === null) throw notFound('record');
    const { customerId } = unread;
    await record(inside, { act: 'unread-record.read', target: `unread-record ${id}`, customerId });
    return unread;
  });
  const document = await unpackDocument(scope.keyring, found.document, 'unread_records.document', found);
  return document.toString('utf8');
}
