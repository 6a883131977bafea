import { randomUUID } from 'node:crypto';
import type { Scope } from '../../scope.js';
import { record } from '../audit/record.js';
import { Contact } from './contact.entity.js';
import { usualMails } from './contact-shape.js';

/** The contact of a customer who has this e-mail address; entered when there is none. In a transaction. */
export async function contactByAddress(
  inside: Scope,
  details: Pick<Contact, 'customerId' | 'name' | 'email' | 'role'>,
): Promise<Contact> {
  const { em, clock } = inside;
  const { customerId, email } = details;
  const known = await em.findOne(Contact, { customerId, email, leftAt: null });
  if (known !== null) return known;
  const contact = em.create(Contact, {
    id: randomUUID(),
    ...details,
    ...usualMails,
    createdAt: clock.now(),
    leftAt: null,
  });
  await em.persist(contact).flush();
  await record(inside, { act: 'contact.created', target: `contact ${contact.id}`, customerId, details });
  return contact;
}
