import { notFound } from '../../core/errors.js';
import type { Scope } from '../../scope.js';
import { Contact } from './contact.entity.js';

/** @throws CallerError NOT_FOUND when there is none, or the viewer may not see it. */
export async function findContact({ em }: Scope, id: string, field?: string): Promise<Contact> {
  const contact = await em.findOne(Contact, { id });
  if (contact === null) throw notFound('contact', field);
  return contact;
}
