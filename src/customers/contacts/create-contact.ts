import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Scope } from '../../scope.js';
import { record } from '../audit/record.js';
import { checkInput } from '../check-input.js';
import type { Once } from '../once/idempotency-key.js';
import { onlyOnce } from '../once/only-once.js';
import { readCustomer } from '../read-customers.js';
import { Contact } from './contact.entity.js';
import { addressTaken, contactShape, usualMails } from './contact-shape.js';
import type { CreateContactInput } from './contact.type.js';
import { findContact } from './find-contact.js';

const { language, mails, ...required } = contactShape;
const shape = z.object({ ...required, language: language.nullish(), mails: mails.nullish() });

/** @throws CallerError NOT_FOUND, INVALID_INPUT; CONFLICT when a contact of the customer has the address; IDEMPOTENCY_MISMATCH, IN_PROGRESS */
export async function createContact(scope: Scope, input: CreateContactInput, once?: Once): Promise<Contact> {
  const { name, email, role, language, mails } = checkInput(shape, input);
  const { id: customerId } = await readCustomer(scope, input.customerId);
  const outcome = await onlyOnce(scope, once, async inside => {
    const createdAt = scope.clock.now();
    const details = {
      ...{ customerId, name, email, role },
      ...{ language: language ?? usualMails.language, mails: mails ?? usualMails.mails },
    };
    const contact = inside.em.create(Contact, { id: randomUUID(), ...details, createdAt, leftAt: null });
    await inside.em.persist(contact).flush();
    await record(inside, { act: 'contact.created', target: `contact ${contact.id}`, customerId, details });
    return contact;
  }).catch(error => Promise.reject(addressTaken(error)));
  return outcome.before === undefined ? outcome.done : findContact(scope, outcome.before);
}
