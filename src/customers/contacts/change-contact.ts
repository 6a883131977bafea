import { z } from 'zod';
import { inTransaction, type Scope } from '../../scope.js';
import { record } from '../audit/record.js';
import { checkInput, invalid } from '../check-input.js';
import type { Contact } from './contact.entity.js';
import { addressTaken, contactShape } from './contact-shape.js';
import type { ChangeContactInput } from './contact.type.js';
import { findContact } from './find-contact.js';

const shape = z.object({
  name: contactShape.name.nullish(),
  email: contactShape.email.nullish(),
  role: contactShape.role.nullish(),
  language: contactShape.language.nullish(),
  mails: contactShape.mails.nullish(),
});

/** @throws CallerError NOT_FOUND, INVALID_INPUT; CONFLICT when another contact of the customer has the address */
export async function changeContact(scope: Scope, input: ChangeContactInput): Promise<Contact> {
  const { name, email, role, language, mails } = checkInput(shape, input);
  const changes = {
    ...(name != null && { name }),
    ...(email != null && { email }),
    ...(role != null && { role }),
    ...(language != null && { language }),
    ...(mails != null && { mails }),
  };
  return inTransaction(scope, async inside => {
    const contact = await findContact(inside, input.id);
    if (contact.leftAt !== null) throw invalid('input.id', 'names a contact who has left');
    inside.em.assign(contact, changes);
    await inside.em.flush();
    const { id, customerId } = contact;
    await record(inside, { act: 'contact.changed', target: `contact ${id}`, customerId, details: changes });
    return contact;
  }).catch(error => Promise.reject(addressTaken(error)));
}
