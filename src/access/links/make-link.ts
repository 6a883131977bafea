import { randomUUID } from 'node:crypto';
import { BrokenPromise } from '../../core/errors.js';
import { Secret } from '../../core/secret.js';
import { type Contact, Customer, record } from '../../customers/index.js';
import { postMail, writeFact } from '../../outbox/index.js';
import type { Scope } from '../../scope.js';
import { mailsIn } from '../../texts/mails.js';
import { Connection } from '../connection.entity.js';
import { platformName } from '../platform-name.js';
import { stillWorks } from '../still-works.js';
import { refuseStopped } from '../stops/refuse-stopped.js';
import { Link, LinkPurpose } from './link.entity.js';
import { hashOf, newSecret } from './link-secret.js';
import { linkTime } from './link-time.js';
import { sealLinkAddress } from './reconnect-address.js';
import { revokeLinks } from './revoke-link.js';

const lifeMs = 72 * 3_600_000;
/** Until it is opened, which is at once. */
const ticketLifeMs = 10 * 60_000;

export interface NewLink {
  readonly customerId: string;
  readonly platform: string;
  /** Set for a reconnect link. */
  readonly connectionId?: string;
  /** Absent for a ticket, which is for whoever asks for it. */
  readonly contact?: Contact;
}

export interface MadeLink {
  readonly link: Link;
  /** Shown once, or mailed. */
  readonly address: Secret<string>;
}

/** Makes a link, in a transaction. Older ones for the same thing die. @throws CallerError CONFLICT while the platform is stopped; AddressUnknown */
export async function makeLink(
  inside: Scope,
  { customerId, platform, connectionId, contact }: NewLink,
): Promise<MadeLink> {
  const { em, keyring, viewer, linkUrl } = inside;
  await refuseStopped(inside, platform);
  const url = await linkUrl();
  const isTicket = contact === undefined;
  const askerKeyId = isTicket ? (viewer.apiKeyId ?? null) : null;
  const same =
    connectionId === undefined
      ? { platform, contact: contact?.id ?? null, purpose: LinkPurpose.CONNECT }
      : { connectionId };
  // Tickets end no links of contacts, nor those tickets.
  await revokeLinks(inside, { customerId, askerKeyId, ...same }, 'A newer link took its place.');
  const secret = newSecret();
  const address = secretAddress(url, secret);
  const id = randomUUID();
  const isPassedOn = connectionId !== undefined && !isTicket;
  const createdAt = await linkTime(inside);
  const link = em.create(Link, {
    ...{ id, customerId, platform, contact: contact ?? null, connectionId: connectionId ?? null },
    ...{ askerKeyId, askerStaffId: isTicket ? (viewer.staffId ?? null) : null },
    purpose: connectionId === undefined ? LinkPurpose.CONNECT : LinkPurpose.RECONNECT,
    sentTo: contact?.email ?? null,
    hash: hashOf(keyring, 'link', secret),
    sealed: isPassedOn ? await sealLinkAddress(keyring, { id, customerId }, address.reveal()) : null,
    ...{
      madeBy: viewer.name,
      askedBy: viewer.staffId === undefined ? null : viewer.name,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + (isTicket ? ticketLifeMs : lifeMs)),
    },
    ...{ openedAt: null, verifiedAt: null, usedAt: null, revokedAt: null, revokedBecause: null, colleague: null },
    ...{ codesSent: 0, codeSentAt: null, wrongCodes: 0 },
  });
  await em.persist(link).flush();
  const details = { platform, ...(contact && { contact: contact.name }), by: viewer.name };
  const about = { customerId, linkId: link.id, ...(connectionId !== undefined && { connectionId }) };
  if (!isTicket) await writeFact(inside, { kind: 'link.made', ...about, details });
  await record(inside, { act: isTicket ? 'ticket.made' : 'link.made', target: `link ${link.id}`, customerId, details });
  return { link, address };
}

/** Lets the contact know, with the address. */
export async function mailLink(inside: Scope, { link, address }: MadeLink): Promise<void> {
  const { operatorName: operator } = inside;
  const { customerId, contact, purpose, platform, askedBy, expiresAt, connectionId } = link;
  if (contact === null) throw new BrokenPromise('A ticket is mailed to nobody.');
  const customer = await inside.em.findOneOrFail(Customer, { id: customerId });
  const connection = connectionId === null ? null : await inside.em.findOne(Connection, { id: connectionId });
  const { subject, text } = mailsIn(contact.language).link({
    ...{ operator, askedBy, purpose, expiresAt, name: contact.name, customer: customer.name },
    stillWorks: connection !== null && stillWorks(connection),
    ...{ platform: platformName(inside, platform), address: address.reveal() },
  });
  const to = { name: contact.name, address: contact.email };
  const { language } = contact;
  await postMail(inside, { customerId, linkId: link.id, to, language, subject, text, usefulUntil: expiresAt });
}

function secretAddress(url: string, secret: Secret<string>): Secret<string> {
  return new Secret(`${url}/connect/${secret.reveal()}`);
}
