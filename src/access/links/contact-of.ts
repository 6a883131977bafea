import { CallerError } from '../../core/errors.js';
import { type Contact, findContact } from '../../customers/index.js';
import type { Scope } from '../../scope.js';

/** @throws CallerError NOT_FOUND; INVALID_INPUT when the contact is of another customer or has left */
export async function contactOf(scope: Scope, customerId: string, id: string): Promise<Contact> {
  const contact = await findContact(scope, id);
  if (contact.customerId === customerId && contact.leftAt === null) return contact;
  throw new CallerError('INVALID_INPUT', '`input.contactId` names nobody who is a contact of this customer now.', {
    field: 'input.contactId',
    remedy: 'Choose one of `contacts(customerId)` who has not left, or enter the person with `createContact`.',
  });
}
