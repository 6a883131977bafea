import { MailNotTaken, MailRefused } from '../core/errors.js';
import { isUnavailable } from '../core/unavailable.js';
import { type House, inTransaction } from '../scope.js';
import type { ContactMail } from '../customers/index.js';
import { dressLetter } from './dress-letter.js';
import { keepLooking } from './keep-looking.js';
import { openMail } from './post-mail.js';
import { writeFact } from './write-fact.js';

/** Longer than any attempt to send can take. */
const leaseSeconds = 90;
const atOnce = 5;
const mostAttempts = 12;
const firstWaitSeconds = 5;
const longestWaitSeconds = 900;

interface MailRow {
  readonly id: string;
  readonly customer_id: string;
  readonly recipient_name: string;
  readonly recipient_address: string;
  readonly subject: string;
  readonly link_id: string | null;
  readonly sealed: Buffer;
  readonly attempts: number;
  readonly useful_until: Date;
  readonly language: string;
  readonly contact_id: string | null;
  readonly kind: ContactMail | null;
}

/**
 * Sends mails that wait, at least once each: whoever dies between sending and noting it lets it be sent again, under the
 * same Message-ID. Goes on until `signal` aborts; what is in hand is then ended first.
 */
export function sendMails(house: House, signal: AbortSignal): Promise<void> {
  return keepLooking(house, () => sendSome(house), signal);
}

/** @returns whether there were as many as are taken at once. */
async function sendSome(house: House): Promise<boolean> {
  if (house.mailer === undefined) return false;
  const mails = await house.sql.transaction('all', tx =>
    tx.rows<MailRow>(
      `update mails set attempts = attempts + 1, due_at = clock_timestamp() + $2 * interval '1 second'
       where id in (
         select id from mails where status = 'WAITING' and due_at <= clock_timestamp() order by due_at limit $1
         for update skip locked
       ) returning id, customer_id, recipient_name, recipient_address, subject, link_id, sealed, attempts, useful_until,
         language, contact_id, kind`,
      [atOnce, leaseSeconds],
    ),
  );
  await Promise.all(mails.map(mail => sendOne(house, mail)));
  return mails.length === atOnce;
}

async function sendOne(house: House, mail: MailRow): Promise<void> {
  const { id, attempts, recipient_name: name, recipient_address: address, subject, useful_until: usefulUntil } = mail;
  if (usefulUntil <= house.clock.now())
    return giveUp(house, mail, 'It was of no use any more before it could be sent.');
  if (!(await isWanted(house, mail))) return settle(house, mail, unwanted, []);
  try {
    const text = await openMail(house, { id, customerId: mail.customer_id, sealed: mail.sealed });
    const { contact_id: contactId, kind, language } = mail;
    const dispensable = contactId === null || kind === null ? undefined : { contactId, kind };
    const letter = await dressLetter(house, { language, subject, text, dispensable });
    await house.mailer?.send({ id, to: { name, address }, subject, ...letter });
  } catch (error) {
    const problem = problemOf(error);
    if (problem === ourFault) house.log.error('A mail could not be sent by a fault of ours.', { mail: id, error });
    else house.log.warn('A mail could not be sent.', { mail: id, attempts, error });
    return error instanceof MailRefused || attempts >= mostAttempts
      ? giveUp(house, mail, problem)
      : later(house, mail, problem);
  }
  await settle(house, mail, `status = 'SENT', sealed = '', problem = null, sent_at = $3`, [house.clock.now()]);
}

const unwanted = `status = 'DEAD', sealed = '', problem = 'They have ended these mails, or have left.'`;

/** Whoever has ended these mails since it was written gets it no more. */
async function isWanted({ sql }: House, { customer_id: customerId, contact_id: id, kind }: MailRow): Promise<boolean> {
  if (kind === null) return true;
  const [wants] = await sql.transaction({ customerId }, tx =>
    tx.rows('select 1 from contacts where id = $1 and left_at is null and $2 = any (mails)', [id, kind]),
  );
  return wants !== undefined;
}

const ourFault = 'Something went wrong on our side; the log tells what. It is tried again.';

/** For staff. The server is named only for what the server did. */
function problemOf(error: unknown): string {
  if (error instanceof MailRefused || error instanceof MailNotTaken) return error.message.slice(0, 300);
  return isUnavailable(error) ? 'The hub could not use its keys or its database; it is tried again.' : ourFault;
}

/** Staff are told in the same transaction: nobody else knows that nothing will come. */
async function giveUp(house: House, mail: MailRow, problem: string): Promise<void> {
  const { id, customer_id: customerId, link_id: linkId, recipient_name: to, subject, attempts } = mail;
  await inTransaction(house.ownScope(customerId, new AbortController().signal), async inside => {
    const [dead] = await inside.em.execute<unknown[]>(
      `update mails set status = 'DEAD', sealed = '', problem = ? where id = ? and attempts = ? and status = 'WAITING' returning 1`,
      [problem, id, attempts],
    );
    if (dead === undefined) return;
    const details = { mail: id, to, subject, problem };
    await writeFact(inside, { kind: 'mail.dead', customerId, ...(linkId !== null && { linkId }), details });
  });
}

function later(house: House, mail: MailRow, problem: string): Promise<void> {
  const wait = Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** (mail.attempts - 1)) * (0.75 + Math.random() / 2);
  return settle(house, mail, `problem = $3, due_at = clock_timestamp() + $4 * interval '1 second'`, [problem, wait]);
}

/** Nothing when somebody else has taken it up meanwhile: the attempts tell. */
async function settle(
  { sql }: House,
  { id, customer_id: customerId, attempts }: MailRow,
  changes: string,
  values: readonly unknown[],
): Promise<void> {
  await sql.transaction({ customerId }, tx =>
    tx.rows(`update mails set ${changes} where id = $1 and attempts = $2 and status = 'WAITING'`, [
      id,
      attempts,
      ...values,
    ]),
  );
}
