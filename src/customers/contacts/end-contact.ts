import { inTransaction, type Scope } from '../../scope.js';
import { record } from '../audit/record.js';
import type { Contact } from './contact.entity.js';
import { findContact } from './find-contact.js';

/** Notes that nothing may be sent to a contact any more. Doing it again changes nothing. @throws CallerError NOT_FOUND */
export function endContact(scope: Scope, id: string): Promise<Contact> {
  return inTransaction(scope, async inside => {
    const contact = await findContact(inside, id);
    if (contact.leftAt !== null) return contact;
    contact.leftAt = scope.clock.now();
    await inside.em.flush();
    await record(inside, { act: 'contact.ended', target: `contact ${id}`, customerId: contact.customerId });
    return contact;
  });
}
