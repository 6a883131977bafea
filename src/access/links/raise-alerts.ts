import { LockMode } from '@mikro-orm/postgresql';
import { Contact } from '../../customers/index.js';
import { type Fact, type Reactions, writeFact } from '../../outbox/index.js';
import type { Scope } from '../../scope.js';
import { Connection, CredentialHealth } from '../connection.entity.js';
import { Link } from './link.entity.js';
import { mailLink, makeLink } from './make-link.js';

/** Links for somebody who is there, and no tickets. */
const toContact = { askerKeyId: null, contact: { leftAt: null } } as const;

/** A broken connection is an alert with a ready link; whatever mends or ends it resolves the alert. One of each an incident. */
export const alertReactions: Reactions = {
  'connection.broken': openAlert,
  'connection.connected': resolveAlert,
  'connection.renewed': resolveAlert,
  'connection.disconnected': resolveAlert,
};

async function openAlert(inside: Scope, { customerId, connectionId, at }: Fact): Promise<void> {
  const connection = await inside.em.findOne(
    Connection,
    { id: connectionId ?? '' },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  // Mended before anybody was told: then there is nothing to tell.
  if (connection?.credentialHealth !== CredentialHealth.BROKEN) return;
  if (await isOpen(inside, connection.id)) return;
  const { id, platform, accountName: account, lastError } = connection;
  const link = await readyLink(inside, connection, at);
  const contact = link?.contact ?? undefined;
  await writeFact(inside, {
    ...{ kind: 'alert.opened', customerId, connectionId: id },
    ...(link !== undefined && { linkId: link.id }),
    details: {
      ...{ platform, account, problem: lastError?.message, since: connection.credentialCheckedAt },
      contact: contact?.name ?? null,
      remedy:
        contact === undefined
          ? 'The customer has no contact: enter one with `createContact`, and make a link with `createReconnectLink`.'
          : `There is a reconnect link for ${contact.name}. If somebody else should do it, make one for them with \`createReconnectLink\`.`,
    },
  });
}

/** The link that somebody made since it broke, or else a new one, which is mailed. Undefined when there is nobody to get it. */
async function readyLink(inside: Scope, connection: Connection, brokenAt: Date): Promise<Link | undefined> {
  const { id: connectionId, customerId, platform } = connection;
  const [made] = await inside.em.find(
    Link,
    { connectionId, createdAt: { $gte: brokenAt }, usedAt: null, revokedAt: null, ...toContact },
    { orderBy: { createdAt: 'desc' }, limit: 1, populate: ['contact'] },
  );
  if (made !== undefined) return made;
  const contact = await whoCanMendIt(inside, connection);
  if (contact === undefined) return undefined;
  const ready = await makeLink(inside, { customerId, platform, connectionId, contact });
  await mailLink(inside, ready);
  return ready.link;
}

async function resolveAlert(inside: Scope, { customerId, connectionId, kind, details }: Fact): Promise<void> {
  if (connectionId === null || !(await isOpen(inside, connectionId))) return;
  const { platform, account, by } = details;
  await writeFact(inside, {
    ...{ kind: 'alert.resolved', customerId, connectionId },
    details: { platform, account, by, because: kind },
  });
}

/** Facts are reacted to one at a time, so the last of these tells how it stands. */
async function isOpen({ em }: Scope, connectionId: string): Promise<boolean> {
  const [last] = await em.execute<{ kind: string }[]>(
    "select kind from facts where connection_id = ? and kind in ('alert.opened', 'alert.resolved') order by number desc limit 1",
    [connectionId],
  );
  return last?.kind === 'alert.opened';
}

/** Who connected it by a link last; else who looks like an administrator; else the contact of longest standing. */
async function whoCanMendIt({ em }: Scope, { id, customerId }: Connection): Promise<Contact | undefined> {
  const [used] = await em.find(
    Link,
    { connectionId: id, usedAt: { $ne: null }, ...toContact },
    { orderBy: { usedAt: 'desc' }, limit: 1, populate: ['contact'] },
  );
  if (used?.contact != null) return used.contact;
  const contacts = await em.find(Contact, { customerId, leftAt: null }, { orderBy: { createdAt: 'asc' } });
  return contacts.find(({ role }) => /admin|technical|\bIT\b/i.test(role)) ?? contacts[0];
}
