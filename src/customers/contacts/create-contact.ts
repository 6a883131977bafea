import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Scope } from '../../scope.js';
import { record } from '../audit/record.js';
import { checkInput } from '../check-input.js';
import type { Once } from '../once/idempotency-key.js';
import { onlyOnce } from '../once/only-once.js';
import { readCustomer } from '../read-customers.js';
import { Contact } from './contact.entity.js';
import { addressTaken, contactShape } from './contact-shape.js';
import type { CreateContactInput } from './contact.type.js';
import { findContact } from './find-contact.js';

const shape = z.object(contactShape);

/** @throws CallerError NOT_FOUND, INVALID_INPUT; CONFLICT when a contact of the customer has the address; IDEMPOTENCY_MISMATCH, IN_PROGRESS */
export async function createContact(scope: Scope, input: CreateContactInput, once?: Once): Promise<Contact> {
  const { name, email, role } = checkInput(shape, input);
  const { id: customerId } = await readCustomer(scope, input.customerId);
  const outcome = await onlyOnce(scope, once, async inside => {
    const createdAt = scope.clock.now();
    const details = { customerId, name, email, role };
    const contact = inside.em.create(Contact, { id: randomUUID(), ...details, createdAt, leftAt: null });
    await inside.em.persist(contact).flush();
    await record(inside, { act: 'contact.created', target: `contact ${contact.id}`, customerId, details });
    return contact;
  }).catch(error => Promise.reject(addressTaken(error)));
  return outcome.before === undefined ? outcome.done : findContact(scope, outcome.before);
}
