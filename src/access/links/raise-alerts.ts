import { LockMode } from '@mikro-orm/postgresql';
import { type Fact, type Reactions, writeFact } from '../../outbox/index.js';
import type { Scope } from '../../scope.js';
import { Connection, CredentialHealth } from '../connection.entity.js';
import { isAlive, Link } from './link.entity.js';
import { contactInCharge, toContact } from './contact-in-charge.js';
import { leaveOldAccount } from '../moves/finish-move.js';
import { tellOfShared } from '../shared/tell-of-shared.js';
import { linkTime } from './link-time.js';
import { mailLink, makeLink } from './make-link.js';
import { revokeLinks } from './revoke-link.js';

/**
 * A connection that is broken, or whose credential ends soon, is an alert with a ready link; whatever mends or ends it
 * resolves the alert. A broken one is told once an incident, an end once a step as it comes nearer.
 */
export const alertReactions: Reactions = {
  'connection.broken': tellBroken,
  'connection.expiring': tellExpiring,
  'connection.connected': connected,
  'connection.renewed': connected,
  'connection.disconnected': resolveAlert,
  'connection.prolonged': resolveWarning,
  'link.expired': renewLink,
  'mail.dead': tellUndelivered,
  'connection.moved': leaveOldAccount,
};

async function connected(inside: Scope, fact: Fact): Promise<void> {
  await resolveAlert(inside, fact);
  await tellOfShared(inside, fact);
}

interface Trouble {
  readonly about: 'broken' | 'expiring';
  /** An error is when calls do not come any more, or soon will not. */
  readonly severity: 'warning' | 'error';
  readonly problem: string | undefined;
  readonly since: Date | null;
  readonly endsAt?: unknown;
  readonly daysLeft?: unknown;
}

async function tellBroken(inside: Scope, fact: Fact): Promise<void> {
  const connection = await lockedConnection(inside, fact);
  // Mended before anybody was told: then there is nothing to tell.
  if (connection?.credentialHealth !== CredentialHealth.BROKEN) return;
  if ((await openAlert(inside, connection.id)) === 'broken') return;
  const { lastError, credentialCheckedAt: since } = connection;
  await raise(inside, fact, connection, { about: 'broken', severity: 'error', problem: lastError?.message, since });
}

/** So many days before the end nobody can be sure any more that somebody finds the time. */
const urgentDays = 3;

async function tellExpiring(inside: Scope, fact: Fact): Promise<void> {
  const connection = await lockedConnection(inside, fact);
  if (connection?.credentialHealth !== CredentialHealth.EXPIRING) return;
  const { days, daysLeft, endsAt } = fact.details;
  await raise(inside, fact, connection, {
    ...{ about: 'expiring', since: fact.at, endsAt, daysLeft },
    severity: Number(days) > urgentDays ? 'warning' : 'error',
    problem: 'The credential ends soon, and nothing prolongs it by itself.',
  });
}

function lockedConnection({ em }: Scope, { connectionId }: Fact): Promise<Connection | null> {
  return em.findOne(Connection, { id: connectionId ?? '' }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
}

async function raise(inside: Scope, { at }: Fact, connection: Connection, trouble: Trouble): Promise<void> {
  const { id, customerId, platform, accountName: account } = connection;
  const link = await readyLink(inside, connection, at);
  const contact = link?.contact ?? undefined;
  await writeFact(inside, {
    ...{ kind: 'alert.opened', customerId, connectionId: id },
    ...(link !== undefined && { linkId: link.id }),
    details: {
      ...{ platform, account, ...trouble },
      contact: contact?.name ?? null,
      remedy:
        contact === undefined
          ? 'The customer has no contact: enter one with `createContact`, and make a link with `createReconnectLink`.'
          : `There is a reconnect link for ${contact.name}. If somebody else should do it, make one for them with \`createReconnectLink\`.`,
    },
  });
}

/** The link that somebody made since then, or else a new one, which is mailed. Undefined when there is nobody to get it. */
async function readyLink(inside: Scope, connection: Connection, since: Date): Promise<Link | undefined> {
  const { id: connectionId, customerId, platform } = connection;
  const [made] = await inside.em.find(
    Link,
    { connectionId, createdAt: { $gte: since }, usedAt: null, revokedAt: null, ...toContact },
    { orderBy: { createdAt: 'desc' }, limit: 1, populate: ['contact'] },
  );
  if (made !== undefined && isAlive(made, await linkTime(inside))) return made;
  const contact = await contactInCharge(inside, connection);
  if (contact === undefined) return undefined;
  const ready = await makeLink(inside, { customerId, platform, connectionId, contact });
  await mailLink(inside, ready);
  return ready.link;
}

/** So many links in a row that nobody used: then a mail is not what helps. */
const mostLinks = 4;

/** The link of an open alert has run out: there is a new one, and the alert says so. */
async function renewLink(inside: Scope, fact: Fact): Promise<void> {
  const connection = await lockedConnection(inside, fact);
  if (connection?.credentialHealth !== CredentialHealth.BROKEN) return;
  const about = await openAlert(inside, connection.id);
  if (about === undefined) return;
  const [row] = await inside.em.execute<{ links: number }[]>(
    `select count(*)::integer as links from facts where connection_id = ? and kind = 'link.expired'
     and number > coalesce((select max(number) from facts where connection_id = ? and kind = 'alert.resolved' and details ->> 'alertId' is null), 0)`,
    [connection.id, connection.id],
  );
  if ((row?.links ?? 0) > mostLinks) return;
  const problem = `${connection.lastError?.message ?? 'It is broken.'} The reconnect link ran out before anybody used it.`;
  await raise(inside, fact, connection, { about, severity: 'error', problem, since: connection.credentialCheckedAt });
}

/** The mail with the link of an open alert cannot arrive: nobody but staff can help then. */
async function tellUndelivered(inside: Scope, { linkId, customerId, details: { problem } }: Fact): Promise<void> {
  const link = linkId === null ? null : await inside.em.findOne(Link, { id: linkId }, { populate: ['contact'] });
  if (link === null || link.connectionId === null || !isAlive(link, await linkTime(inside))) return;
  const { connectionId, platform, contact } = link;
  const about = await openAlert(inside, connectionId);
  if (about === undefined) return;
  const { accountName: account } = await inside.em.findOneOrFail(Connection, { id: connectionId });
  const name = contact?.name ?? 'the contact';
  await writeFact(inside, {
    ...{ kind: 'alert.opened', customerId, connectionId, linkId: link.id },
    details: {
      ...{ platform, account, about, severity: 'error', contact: name },
      problem: `The mail with the reconnect link to ${name} could not be delivered. ${String(problem)}`,
      remedy:
        'Check the address with `changeContact` and make another link with `createReconnectLink`: for them, for somebody else, or with `delivery: SHOW` to pass it on yourself.',
    },
  });
}

async function resolveAlert(inside: Scope, { customerId, connectionId, kind, details }: Fact): Promise<void> {
  if (connectionId === null || (await openAlert(inside, connectionId)) === undefined) return;
  const { platform, account, by } = details;
  await writeFact(inside, {
    ...{ kind: 'alert.resolved', customerId, connectionId },
    details: { platform, account, by, because: kind },
  });
}

/** The end has moved away; what is broken stays so. */
async function resolveWarning(inside: Scope, fact: Fact): Promise<void> {
  const { connectionId } = fact;
  if (connectionId === null || (await openAlert(inside, connectionId)) !== 'expiring') return;
  await revokeLinks(inside, { connectionId, askerKeyId: null }, 'It is not needed any more.');
  await resolveAlert(inside, fact);
}

/** What the open alert is about. Facts are reacted to one at a time, so the last of these tells how it stands. */
async function openAlert({ em }: Scope, connectionId: string): Promise<Trouble['about'] | undefined> {
  const [last] = await em.execute<{ kind: string; about: Trouble['about'] | null }[]>(
    "select kind, details ->> 'about' as about from facts where connection_id = ? and kind in ('alert.opened', 'alert.resolved') and details ->> 'alertId' is null order by number desc limit 1",
    [connectionId],
  );
  return last?.kind === 'alert.opened' ? (last.about ?? 'broken') : undefined;
}
