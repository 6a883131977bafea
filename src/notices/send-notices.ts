import { inert } from '../core/inert.js';
import { MailNotTaken, MailRefused } from '../core/errors.js';
import { isUnavailable } from '../core/unavailable.js';
import { ContactMail } from '../customers/index.js';
import { dressLetter, keepLooking } from '../outbox/index.js';
import { type House, inTransaction, type Scope } from '../scope.js';
import { businessNow } from '../syncs/index.js';
import { type NoticeContent, noticesFor, type NoticeReader, type NoticeWords } from '../texts/notices.js';
import { Channel } from './channel.entity.js';
import { gather } from './gather.js';
import { Notice, NoticeStatus } from './notice.entity.js';
import { isAtLeast, NoticeSeverity } from './notice-topic.js';
import { senderNoter } from './note-sender.js';
import { openNotice, readNotice, write } from './post-notice.js';
import { readerOf } from './readers.js';
import { mayTell, openAddress } from './set-up-channel.js';
import { NotTaken, postToSlack } from './post-to-slack.js';
import { mostListed, slackMessage } from './slack-message.js';

/** Longer than any attempt to send can take. */
const leaseSeconds = 90;
const atOnce = 5;
const firstWaitSeconds = 5;
const longestWaitSeconds = 900;
/** A channel that has not worked for so long has the one behind it stand in. */
const patienceSeconds = 300;
const longestLifeMs = 24 * 3_600_000;

interface MessageRow {
  readonly id: string;
  readonly channel_id: string;
  readonly attempts: number;
  readonly since: Date;
}

interface ChannelRow {
  readonly id: string;
  readonly customer_id: string | null;
  readonly kind: 'SLACK' | 'MAIL';
  readonly sealed: Buffer;
  readonly fallback_id: string | null;
  readonly failing_seconds: number;
  readonly digest: 'DAILY' | 'WEEKLY' | null;
  readonly recipient_name: string | null;
  readonly recipient_address: string | null;
  /** Set for whoever can end these mails by themselves. */
  readonly contact_id: string | null;
  readonly has_ended: boolean;
  readonly language: string;
}

interface NoticeRow {
  readonly id: string;
  readonly customer_id: string | null;
  readonly severity: NoticeSeverity;
  readonly is_test: boolean;
  readonly sealed: Buffer;
}

/**
 * Sends notices, message by message, at least once each: whoever dies between sending and noting it lets it be sent again,
 * under the same id. Goes on until `signal` aborts.
 */
export function sendNotices(house: House, signal: AbortSignal): Promise<void> {
  const note = senderNoter(house);
  const look = async (): Promise<boolean> => {
    const isMore = await sendSome(house, signal);
    await note();
    return isMore;
  };
  return keepLooking(house, look, signal);
}

/** @returns whether there may be more. */
async function sendSome(house: House, signal: AbortSignal): Promise<boolean> {
  await gather(house.houseScope(signal));
  const messages = await house.sql.transaction('all', tx =>
    tx.rows<MessageRow>(
      `update notice_messages set attempts = attempts + 1, try_at = clock_timestamp() + $2 * interval '1 second'
       where id in (
         select id from notice_messages where status = 'WAITING' and try_at <= clock_timestamp() order by try_at limit $1
         for update skip locked
       ) returning id, channel_id, attempts, since`,
      [atOnce, leaseSeconds],
    ),
  );
  await Promise.all(messages.map(message => sendOne(house, message, signal)));
  return messages.length === atOnce;
}

async function sendOne(house: House, message: MessageRow, signal: AbortSignal): Promise<void> {
  const [channel] = await house.sql.transaction('all', tx => tx.rows<ChannelRow>(channelById, [message.channel_id]));
  const rows = await house.sql.transaction('all', tx =>
    tx.rows<NoticeRow>(
      `select id, customer_id, severity, once like 'test/%' as is_test, sealed from notices where message_id = $1 and status = 'WAITING'
       order by case severity when 'PAGE' then 0 when 'ERROR' then 1 when 'WARNING' then 2 else 3 end, created_at`,
      [message.id],
    ),
  );
  if (channel === undefined || rows.length === 0)
    return settle(house, message, 'DEAD', 'There was nothing left to tell.');
  if (channel.has_ended) return settle(house, message, 'DEAD', 'The person wants no notices by mail any more.');
  try {
    const contents = await Promise.all(
      rows.map(row =>
        readNotice(house, { id: row.id, customerId: row.customer_id, sealed: row.sealed }, readerIn(channel)),
      ),
    );
    const worst = rows[0]?.severity ?? NoticeSeverity.NEWS;
    const isSummary =
      channel.digest !== null && !isAtLeast(worst, NoticeSeverity.ERROR) && rows.some(row => !row.is_test);
    const told = composed(contents, worst, channel, isSummary ? channel.digest : null);
    const isKept = await hand(house, channel, { id: message.id, ...told }, signal);
    await settle(house, message, isKept ? 'KEPT' : 'SENT', null);
    await house.sql.transaction('all', tx =>
      tx.rows('update notice_channels set failing_since = null, problem = null, last_sent_at = $2 where id = $1', [
        channel.id,
        house.clock.now(),
      ]),
    );
  } catch (error) {
    await failed(house, { message, channel, error });
  }
}

interface Composed {
  readonly id: string;
  readonly heading: string;
  readonly contents: readonly NoticeContent[];
}

function readerIn({ contact_id: contactId, language }: ChannelRow): NoticeReader {
  return { audience: contactId === null ? 'staff' : 'customer', language };
}

/** What is urgent comes with all its lines; a summary with what each is about. */
function composed(
  contents: readonly NoticeContent[],
  worst: NoticeSeverity,
  channel: ChannelRow,
  digest: ChannelRow['digest'],
): Omit<Composed, 'id'> {
  const { length } = contents;
  const words = noticesFor(readerIn(channel));
  if (digest !== null)
    return {
      heading: words.digest(digest, length),
      contents: contents.map(one => ({ ...one, lines: one.lines.slice(0, 1) })),
    };
  return { heading: length === 1 ? (contents[0]?.title ?? '') : words.many(length, worst), contents };
}

/** @returns whether it is only kept, because there is no mail server. */
async function hand(house: House, channel: ChannelRow, message: Composed, signal: AbortSignal): Promise<boolean> {
  const { id, heading, contents } = message;
  if (channel.kind === 'SLACK') {
    const address = await openAddress(house, {
      id: channel.id,
      customerId: channel.customer_id,
      sealed: channel.sealed,
    });
    await postToSlack(house, address, slackMessage(id, heading, contents, noticesFor(readerIn(channel))), signal);
    return false;
  }
  const { recipient_name: name, recipient_address: to } = channel;
  if (name === null || to === null) throw new NotTaken('The person has left.', { isFinal: true });
  if (house.mailer === undefined) return true;
  const subject = `${house.operatorName}: ${heading}`;
  const text = textOf(contents, noticesFor(readerIn(channel)));
  const { contact_id: contactId, language } = channel;
  const dispensable = contactId === null ? undefined : { contactId, kind: ContactMail.NOTICES };
  const letter = await dressLetter(house, { language, subject, text, dispensable });
  await house.mailer.send({ id, to: { name, address: to }, subject: inert(subject), ...letter });
  return false;
}

function textOf(contents: readonly NoticeContent[], { rest: restOf }: NoticeWords): string {
  const shown = contents.slice(0, mostListed);
  const parts = shown.map(({ title, lines, link }) =>
    [...[title, ...lines].map(inert), ...(link === undefined ? [] : [`${inert(link.label)}:`, link.url])].join('\n'),
  );
  const rest = contents.length - shown.length;
  return `${[...parts, ...(rest > 0 ? [restOf(rest)] : [])].join('\n\n')}\n`;
}

interface Failure {
  readonly message: MessageRow;
  readonly channel: ChannelRow;
  readonly error: unknown;
}

async function failed(house: House, { message, channel, error }: Failure): Promise<void> {
  const isTold = error instanceof NotTaken || error instanceof MailNotTaken || error instanceof MailRefused;
  const isFinal = error instanceof MailRefused || (error instanceof NotTaken && error.isFinal);
  const problem = isTold ? error.message.slice(0, 300) : ourFault;
  if (!isTold && !isUnavailable(error)) house.log.error('A notice could not be sent by a fault of ours.', { error });
  else house.log.warn('A notice could not be sent.', { message: message.id, attempts: message.attempts, error });
  await house.sql.transaction('all', tx =>
    tx.rows(
      'update notice_channels set failing_since = coalesce(failing_since, clock_timestamp()), problem = $2 where id = $1',
      [channel.id, problem],
    ),
  );
  const hasHadTime = channel.failing_seconds >= patienceSeconds;
  const mayDivert = channel.fallback_id !== null && (isFinal || hasHadTime);
  if (mayDivert && (await divert(house, message, channel, problem))) return;
  const isTooOld = house.clock.now().getTime() - message.since.getTime() > longestLifeMs;
  if (isFinal || isTooOld) return settle(house, message, 'DEAD', problem);
  const asked = error instanceof NotTaken ? error.waitSeconds : undefined;
  const wait = asked ?? Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** (message.attempts - 1));
  await house.sql.transaction('all', tx =>
    tx.rows(
      `update notice_messages set problem = $2, try_at = clock_timestamp() + $3 * interval '1 second' where id = $1 and status = 'WAITING'`,
      [message.id, problem, wait * (0.9 + Math.random() / 5)],
    ),
  );
}

const ourFault = 'Something went wrong on our side; the log tells what. It is tried again.';

/**
 * The channel behind tells it instead, once; what is diverted is never sent here again, so nothing storms on return.
 * What the channel behind cannot or must not tell goes on to wait here.
 *
 * @returns whether nothing of the message waits here any more.
 */
async function divert(house: House, message: MessageRow, channel: ChannelRow, problem: string): Promise<boolean> {
  const scope = house.houseScope(new AbortController().signal);
  return inTransaction(scope, async inside => {
    const { em } = inside;
    const behind = await em.findOne(Channel, { id: channel.fallback_id as string, removedAt: null });
    // Who has ended these mails has ended what is told in another's place as well.
    if (behind === null || (await readerOf(inside, behind)).hasEnded) return false;
    const waiting = await em.find(Notice, { messageId: message.id, status: NoticeStatus.WAITING });
    const now = await businessNow(inside);
    let left = waiting.length;
    for (const notice of waiting) {
      // Whom a channel may tell of can have been otherwise when it was put behind.
      if (!mayTell(behind, notice.customerId) || !(await standIn(inside, behind, notice, now))) continue;
      await em.execute("update notices set status = 'DIVERTED', problem = ? where id = ?", [problem, notice.id]);
      left -= 1;
    }
    if (left > 0) return false;
    await em.execute("update notice_messages set status = 'DIVERTED', problem = ? where id = ?", [problem, message.id]);
    return true;
  });
}

/** @returns whether it is told by `behind`; not so where it came from there. */
async function standIn(inside: Scope, behind: Channel, notice: Notice, now: Date): Promise<boolean> {
  const { customerId, alertId, topic, severity, once } = notice;
  // What is sealed belongs to its row: the copy is a row of its own.
  const content = await openNotice(inside, notice);
  const copy = { customerId, ...(alertId !== null && { alertId }), topic, severity, once, content };
  if (await write(inside, behind, copy, now)) return true;
  const { SENT, KEPT } = NoticeStatus;
  return (await inside.em.count(Notice, { channel: behind, once, status: { $in: [SENT, KEPT] } })) > 0;
}

async function settle(
  house: House,
  message: MessageRow,
  status: 'SENT' | 'KEPT' | 'DEAD',
  problem: string | null,
): Promise<void> {
  const sentAt = status === 'SENT' ? house.clock.now() : null;
  await house.sql.transaction('all', async tx => {
    await tx.rows(
      "update notice_messages set status = $2, problem = $3, sent_at = $4 where id = $1 and status = 'WAITING'",
      [...[message.id, status, problem, sentAt]],
    );
    await tx.rows(
      "update notices set status = $2, problem = $3, sent_at = $4 where message_id = $1 and status = 'WAITING'",
      [...[message.id, status, problem, sentAt]],
    );
  });
}

const channelById = `
select c.id, c.customer_id, c.kind, c.sealed, c.fallback_id, c.digest,
  coalesce(extract(epoch from clock_timestamp() - c.failing_since), 0)::float as failing_seconds,
  coalesce(s.name, p.name) as recipient_name, coalesce(s.email, p.email) as recipient_address,
  p.id as contact_id, coalesce(not '${ContactMail.NOTICES}' = any (p.mails), false) as has_ended,
  coalesce(p.language, c.language) as language
from notice_channels c
left join staff s on s.id = c.staff_id and s.left_at is null
left join contacts p on p.id = c.contact_id and p.left_at is null
where c.id = $1 and c.removed_at is null`;
