import { Contact } from '../../customers/index.js';
import type { Scope } from '../../scope.js';
import type { Connection } from '../connection.entity.js';
import { Link } from './link.entity.js';

/** Links for somebody who is there, and no tickets. */
export const toContact = { askerKeyId: null, contact: { leftAt: null } } as const;

/** Who connected it by a link last; else who looks like an administrator; else the contact of longest standing. */
export async function contactInCharge(
  { em }: Scope,
  { id, customerId }: Pick<Connection, 'id' | 'customerId'>,
): Promise<Contact | undefined> {
  const [used] = await em.find(
    Link,
    { connectionId: id, usedAt: { $ne: null }, ...toContact },
    { orderBy: { usedAt: 'desc' }, limit: 1, populate: ['contact'] },
  );
  if (used?.contact != null) return used.contact;
  const contacts = await em.find(Contact, { customerId, leftAt: null }, { orderBy: { createdAt: 'asc' } });
  return contacts.find(({ role }) => /admin|technical|\bIT\b/i.test(role)) ?? contacts[0];
}
