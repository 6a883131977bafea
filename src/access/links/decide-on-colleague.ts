import { LockMode } from '@mikro-orm/postgresql';
import { CallerError, notFound } from '../../core/errors.js';
import { contactByAddress, record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { Connection } from '../connection.entity.js';
import { passMoveOn } from '../moves/pass-move-on.js';
import { lockLinks } from './find-link.js';
import { type Colleague, ColleagueDecision, isAlive, type Link } from './link.entity.js';
import { linkTime } from './link-time.js';
import { mailLink, makeLink } from './make-link.js';
import { endLink } from './revoke-link.js';

/**
 * The colleague becomes a contact and gets a link; the old one ends.
 *
 * @param email the address that was looked at: whoever holds the link may have named somebody else since.
 * @returns the new link. @throws CallerError NOT_FOUND; CONFLICT when nobody waits, it is another address now, or the link was ended
 */
export function approveColleague(scope: Scope, linkId: string, email: string): Promise<Link> {
  return inTransaction(scope, async inside => {
    const { link, colleague } = await waiting(inside, linkId);
    if (colleague.email.toLowerCase() !== email.trim().toLowerCase()) throw namedAnother();
    // Staff, too many wrong codes or a renewal ended it: whoever held it has no say any more.
    if (link.revokedAt !== null) throw linkEnded(link);
    const { customerId, platform, connectionId, contact: before } = link;
    const contact = await contactByAddress(inside, {
      ...{
        customerId,
        name: colleague.name,
        email: colleague.email,
        role: `Named by ${before?.name ?? 'a colleague'}`.slice(0, 200),
      },
    });
    await decide(inside, { link, colleague }, ColleagueDecision.APPROVED);
    if (isAlive(link, await linkTime(inside))) await endLink(inside, link, `It went on to ${contact.name}.`);
    const made = await makeLink(inside, {
      ...{ customerId, platform, contact },
      ...(connectionId !== null && { connectionId }),
    });
    await mailLink(inside, made);
    await passMoveOn(inside, linkId, made.link);
    return made.link;
  });
}

/** @throws CallerError NOT_FOUND, CONFLICT */
export function declineColleague(scope: Scope, linkId: string): Promise<Link> {
  return inTransaction(scope, async inside => {
    const { link, colleague } = await waiting(inside, linkId);
    await decide(inside, { link, colleague }, ColleagueDecision.DECLINED);
    return link;
  });
}

interface Waiting {
  readonly link: Link;
  readonly colleague: Colleague;
}

async function waiting(inside: Scope, linkId: string): Promise<Waiting> {
  const { em } = inside;
  const [known] = await em.execute<{ connection_id: string | null }[]>('select connection_id from links where id = ?', [
    linkId,
  ]);
  // Whoever changes a connection locks it before its links.
  const id = known?.connection_id ?? null;
  if (id !== null) await em.findOne(Connection, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const [link] = await lockLinks(inside, { id: linkId });
  if (link === undefined) throw notFound('link');
  const { colleague } = link;
  // A link that has expired meanwhile is no reason to begin all over again.
  if (colleague?.decision === ColleagueDecision.WAITING && link.usedAt === null) return { link, colleague };
  throw new CallerError('CONFLICT', 'No colleague waits for a decision on this link.', {
    field: 'linkId',
    remedy: 'Read `links { colleague { decision } }`; make a new link where one is needed.',
  });
}

function namedAnother(): CallerError {
  return new CallerError('CONFLICT', 'The link now names a colleague with another address.', {
    field: 'email',
    remedy: 'Read `links { colleague { name email sameDomain } }` again, and decide on whoever is named now.',
  });
}

function linkEnded({ revokedBecause }: Link): CallerError {
  return new CallerError('CONFLICT', `The link was ended: ${revokedBecause ?? 'no reason was given.'}`, {
    field: 'linkId',
    remedy: 'Where a link is still needed, enter the colleague with `createContact` and make one for them.',
  });
}

async function decide(inside: Scope, { link, colleague }: Waiting, decision: ColleagueDecision): Promise<void> {
  const { id, customerId } = link;
  const { name, email, sameDomain } = colleague;
  inside.em.assign(link, { colleague: { name, email, sameDomain, decision } });
  await inside.em.flush();
  await record(inside, { act: `colleague.${decision}`, target: `link ${id}`, customerId, details: { name, email } });
}
