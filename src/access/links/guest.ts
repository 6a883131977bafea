/**
 * Whoever comes by a link: a browser with a cookie of ours and nothing else. Everything that a link can come to, up to
 * not being there at all, looks the same from outside unless it works.
 */
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { Connector } from '#connector';
import { connectorFor } from '../../catalog/index.js';
import { CallerError } from '../../core/errors.js';
import type { Clock, Reach } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
import { Customer, keysThatWork } from '../../customers/index.js';
import { type House, inTransaction, type Scope, type Viewer } from '../../scope.js';
import { Connection } from '../connection.entity.js';
import { lockLinks } from './find-link.js';
import { databaseNow } from '../oauth/database-now.js';
import type { AuthorizationSession } from '../oauth/authorization-session.entity.js';
import { latestAuthorization } from '../oauth/find-authorization.js';
import { isAlive, Link } from './link.entity.js';
import { hashOf, readTicket, ticketMs } from './link-secret.js';
import { LinkVisit } from './visit.entity.js';

/** What is needed to let a guest in. */
export interface GuestDoor {
  readonly house: House;
  readonly signal: AbortSignal;
  em(reach: Reach): EntityManager;
}

export interface Guest {
  /** Reaches the link's customer and nobody else. */
  readonly scope: Scope;
  readonly link: Link;
  readonly customer: Customer;
  readonly connector: Connector;
  /** The connection to be renewed. */
  readonly connection: Connection | undefined;
  /** Absent until somebody has begun. */
  readonly visit: LinkVisit | undefined;
  /** The cookie, which ties this browser to what it began. */
  readonly browser: string;
  /** The sign-in at the platform that it began last with this link. */
  readonly signIn: AuthorizationSession | undefined;
}

/** A guest in the middle, within a transaction in which nobody else changes the link. */
export interface GuestInside extends Guest {
  readonly visit: LinkVisit;
}

/** A link that is unknown, used, revoked, over or of a deleted connection: nobody is told which. */
export class LinkEnded extends CallerError {
  constructor() {
    super('NOT_FOUND', 'This link does not work, or no longer.', { remedy: 'Ask for a new link.' });
  }
}

/** The id of the link that this secret opens. */
export async function linkOf({ house, em }: GuestDoor, secret: string): Promise<string | undefined> {
  const link = await em('all').findOne(
    Link,
    { hash: hashOf(house.keyring, 'link', new Secret(secret)) },
    { populate: ['contact'] },
  );
  return link !== null && isAlive(link, await databaseNow(house.sql)) ? link.id : undefined;
}

/** Whether this browser has begun with the link, and not long ago. */
export async function isUnderWay(door: GuestDoor, token: string | undefined, linkId: string): Promise<boolean> {
  return (await visitOf(door, token ?? '', await databaseNow(door.house.sql)))?.linkId === linkId;
}

/** @param token the cookie. @throws LinkEnded */
export async function findGuest(door: GuestDoor, token: string | undefined): Promise<Guest> {
  const { house, em } = door;
  const now = await databaseNow(house.sql);
  const begun = await visitOf(door, token ?? '', now);
  const linkId = begun?.linkId ?? readTicket(house.keyring, token ?? '', now);
  const link = linkId === undefined ? null : await em('all').findOne(Link, { id: linkId }, { populate: ['contact'] });
  // It may have been used between the two looks, and by this very browser.
  const visit = begun && link && !isAlive(link, now) ? await visitOf(door, token ?? '', now) : begun;
  if (link === null || !(isAlive(link, now) || (visit?.finishedAt ?? null) !== null)) throw new LinkEnded();
  await requireAsker(door, link);
  const scope = scopeOf(door, link, clockFrom(now));
  const customer = await scope.em.findOneOrFail(Customer, { id: link.customerId });
  const connection =
    link.connectionId === null ? undefined : await scope.em.findOneOrFail(Connection, { id: link.connectionId });
  const latest = visit === undefined ? undefined : await latestAuthorization(scope, token ?? '');
  const signIn = latest?.linkId === link.id ? latest : undefined;
  const connector = connectorFor(house, link.platform);
  return { scope, link, customer, connection, connector, visit, browser: token ?? '', signIn };
}

/** A step of a guest who has begun, in a transaction in which the link works and nobody else changes it. @throws LinkEnded */
export function asGuest<T>(guest: Guest, step: (inside: GuestInside) => Promise<T>): Promise<T> {
  return inTransaction(guest.scope, async scope => {
    const { link, connection } = await lockedLink({ ...guest, scope });
    const id = guest.visit?.id;
    const visit = id === undefined ? null : await scope.em.findOne(LinkVisit, { id }, { refresh: true });
    if (visit === null) throw new LinkEnded();
    visit.seenAt = scope.clock.now();
    const done = await step({ ...guest, scope, link, connection, visit });
    await scope.em.flush();
    return done;
  });
}

/** The link, locked after its connection, as everybody does. @throws LinkEnded when it does not work any more. */
export async function lockedLink({
  scope,
  link: { id, connectionId },
}: Pick<Guest, 'scope' | 'link'>): Promise<Pick<Guest, 'link' | 'connection'>> {
  const connection =
    connectionId === null
      ? undefined
      : await scope.em.findOne(
          Connection,
          { id: connectionId },
          { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
        );
  const [link] = await lockLinks(scope, { id });
  if (link === undefined || connection === null || !isAlive(link, scope.clock.now())) throw new LinkEnded();
  return { link, connection };
}

/** A ticket is good as long as whoever asked for it may ask. */
async function requireAsker({ house: { clock, log }, em }: GuestDoor, { askerKeyId: id }: Link): Promise<void> {
  if (id !== null && !(await keysThatWork({ clock, log, em }, [id])).has(id)) throw new LinkEnded();
}

async function visitOf({ house, em }: GuestDoor, token: string, now: Date): Promise<LinkVisit | undefined> {
  if (!/^[\w-]{43}$/.test(token)) return undefined;
  const hash = hashOf(house.keyring, 'visit', new Secret(token));
  const visit = await em('all').findOne(LinkVisit, { hash, seenAt: { $gt: new Date(now.getTime() - ticketMs) } });
  return visit ?? undefined;
}

/** The database's clock, which all processes share: what one of them began, another goes on with. */
function clockFrom(now: Date): Clock {
  const since = performance.now();
  return { now: () => new Date(now.getTime() + performance.now() - since) };
}

function scopeOf({ house, em, signal }: GuestDoor, link: Link, clock: Clock): Scope {
  const { customerId, contact, madeBy, askerKeyId, askerStaffId } = link;
  const viewer: Viewer = {
    ...{ kind: 'system', role: 'customer', customerId },
    ...{ apiKeyId: askerKeyId ?? undefined, staffId: askerStaffId ?? undefined },
    name: contact === null ? madeBy : `${contact.name}, by link`,
  };
  const reach = { customerId };
  return { ...house, clock, viewer, reach, em: em(reach), signal };
}
