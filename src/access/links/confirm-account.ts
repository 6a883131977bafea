import { CallerError } from '../../core/errors.js';
import { Contact, Customer, record } from '../../customers/index.js';
import { postMail } from '../../outbox/index.js';
import type { Scope } from '../../scope.js';
import { mailsIn } from '../../texts/mails.js';
import type { Connection } from '../connection.entity.js';
import { confirmAuthorization } from '../oauth/confirm-authorization.js';
import { keepProbed } from '../keep-probed.js';
import { finishMove } from '../moves/finish-move.js';
import { platformName } from '../platform-name.js';
import { tellOfConnections } from '../watch-connections.js';
import { asGuest, type Guest, LinkEnded } from './guest.js';
import type { Link } from './link.entity.js';
import { proposalIdOf, proposed, requireVerified } from './offer-secret.js';
import { proposedBySignIn } from './sign-in.js';
import { tellProblem } from './tell-problem.js';

/** So many contacts are told that somebody has connected an account. */
const mostTold = 20;
const noticeMs = 24 * 3_600_000;

/**
 * The account that was found is the right one: from here on it is connected, and the link is used up. Nothing happens when
 * another one has been found since it was shown.
 *
 * @param proposalId as the page showed it. @throws LinkEnded
 */
export async function confirmAccount(guest: Guest, proposalId: string): Promise<void> {
  try {
    await connect(guest, proposalId);
    tellOfConnections(guest.scope, guest.link.customerId);
  } catch (error) {
    if (!(error instanceof CallerError) || error instanceof LinkEnded) throw error;
    // Decided on in another tab: the page shows how it stands now.
    if (error.code !== 'NOT_FOUND') await tellProblem(guest, error);
  }
}

async function connect(guest: Guest, proposalId: string): Promise<void> {
  await asGuest(guest, async inside => {
    requireVerified(inside);
    const { scope, link, visit, connection } = inside;
    const probed = await proposed(inside);
    const signedIn = probed === undefined ? proposedBySignIn(inside) : undefined;
    const proposal = probed ?? signedIn;
    if (proposal === undefined) return;
    if (proposalId !== (signedIn?.sessionId ?? proposalIdOf(visit))) return;
    const { account, warnings } = proposal;
    // Looked at once more, since the connection is locked only now.
    if (connection !== undefined && connection.accountId !== account.id) throw new LinkEnded();
    scope.em.assign(visit, { proposal: { account, warnings }, sealed: null, finishedAt: scope.clock.now() });
    await consumeLink(scope, link, () =>
      probed === undefined
        ? confirmAuthorization(scope, { sessionId: signedIn?.sessionId ?? '', browser: inside.browser })
        : keepProbed(scope, link.customerId, probed),
    );
  });
}

/** Uses a locked link up for what `connect` does, and tells the customer's contacts, in a transaction. */
async function consumeLink(inside: Scope, link: Link, connect: () => Promise<Connection>): Promise<Connection> {
  const { id, customerId } = link;
  // Before, since links that are still open end when their connection changes.
  inside.em.assign(link, { usedAt: inside.clock.now() });
  await inside.em.flush();
  const connection = await connect();
  inside.em.assign(link, { connectionId: connection.id });
  await inside.em.flush();
  await finishMove(inside, id, connection);
  await tellContacts(inside, link, connection);
  await record(inside, { act: 'link.used', target: `link ${id}`, customerId, details: { connection: connection.id } });
  return connection;
}

async function tellContacts(
  inside: Scope,
  { customerId, contact, madeBy, platform }: Link,
  { accountName }: Connection,
): Promise<void> {
  const { em, clock, operatorName: operator } = inside;
  const customer = await em.findOneOrFail(Customer, { id: customerId });
  const contacts = await em.find(
    Contact,
    { customerId, leftAt: null },
    { orderBy: { createdAt: 'asc' }, limit: mostTold },
  );
  const usefulUntil = new Date(clock.now().getTime() + noticeMs);
  for (const { name, email, language } of contacts) {
    const { subject, text } = mailsIn(language).connected({
      ...{ operator, name, customer: customer.name, platform: platformName(inside, platform) },
      ...{ account: accountName, by: contact?.name ?? madeBy },
    });
    await postMail(inside, { customerId, to: { name, address: email }, language, subject, text, usefulUntil });
  }
}
