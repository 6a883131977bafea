import { randomUUID } from 'node:crypto';
import { BrokenPromise } from '../core/errors.js';
import { houseOwner, type Keyring } from '../core/ports.js';
import { inert } from '../core/inert.js';
import { outboxTopic } from '../outbox/index.js';
import type { Scope } from '../scope.js';
import { businessNow } from '../syncs/index.js';
import { forReader, type InAllWords, inAllWords, type NoticeContent, type NoticeReader } from '../texts/notices.js';
import { Channel } from './channel.entity.js';
import type { EscalationStep } from './escalation-step.js';
import { type Notice, NoticeStatus } from './notice.entity.js';
import { isAtLeast, NoticeSeverity, type NoticeTopic } from './notice-topic.js';
import { nextDigest } from './next-digest.js';
import { afterQuietHours } from './quiet-hours.js';
import { readerOf } from './readers.js';

export interface NewNotice {
  /** null: it concerns the hub. */
  readonly customerId: string | null;
  readonly alertId?: string;
  readonly topic: NoticeTopic;
  readonly severity: NoticeSeverity;
  /** The same again is no second notice. */
  readonly once: string;
  /** To whoever comes to read it: people change their language, and a channel stands in for another one. */
  readonly content: InAllWords<NoticeContent>;
  /** Since when it is known; left out: it is news of this moment. What others had the time to join waits less for them. */
  readonly since?: Date;
  /** It is told because nobody has acknowledged for so long what was told before. */
  readonly step?: EscalationStep;
  /** A contact who is told the same by a mail of its own. */
  readonly mailedTo?: string | undefined;
}

const field = 'notices.sealed';
/** How long a notice waits for others, so that a storm is one message. */
const windowSeconds = 60;
const leastWindowSeconds = 15;

/**
 * Writes a notice for every channel that is to get it, in the transaction that makes it necessary.
 *
 * @param only the channels that may get it; left out: all that want it.
 * @returns the channels that get it.
 * @throws BrokenPromise outside a transaction.
 */
export async function postNotice(
  inside: Scope,
  notice: NewNotice,
  only?: ReadonlySet<string>,
): Promise<readonly Channel[]> {
  const { em, bus } = inside;
  if (!em.isInTransaction()) throw new BrokenPromise('A notice must be written in the transaction that needs it.');
  const { customerId } = notice;
  const channels = await em.find(Channel, {
    removedAt: null,
    $or: [{ customerId: null }, ...(customerId === null ? [] : [{ customerId }])],
  });
  const wanting = channels.filter(channel => (only === undefined ? wants(channel, notice) : only.has(channel.id)));
  const now = await businessNow(inside);
  const told = [];
  for (const channel of wanting) {
    if (channel.contactId !== null && channel.contactId === notice.mailedTo) continue;
    if ((await readerOf(inside, channel)).hasEnded) continue;
    await write(inside, channel, notice, now);
    told.push(channel);
  }
  bus.publish(outboxTopic, null);
  return told;
}

type Wanted = Pick<NewNotice, 'topic' | 'severity' | 'step'>;

/** Whether the channel is one for such notices. */
export function wants({ topics, least, escalation }: Channel, { topic, severity, step }: Wanted): boolean {
  return escalation === (step ?? null) && topics.includes(topic) && isAtLeast(severity, least);
}

/** @returns whether it is a notice more; false when the channel has had the same before. */
export async function write(inside: Scope, channel: Channel, notice: NewNotice, now: Date): Promise<boolean> {
  const { customerId, alertId = null, topic, severity, once, content } = notice;
  const id = randomUUID();
  const sealed = await sealContent(inside, { id, customerId }, content);
  const { title } = forReader(content, await readerOf(inside, channel));
  const isTest = once.startsWith('test/');
  const isUrgent = severity === NoticeSeverity.PAGE || isTest;
  const written = await inside.em.execute<object[]>(
    `insert into notices (id, customer_id, channel_id, alert_id, topic, severity, once, title, sealed, status, not_before, window_seconds, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, '${NoticeStatus.WAITING}', ?, ?, ?) on conflict (channel_id, once) do nothing returning id`,
    [
      ...[id, customerId, channel.id, alertId, topic, severity, once, inert(title), sealed],
      ...[
        isTest ? now : notBefore(channel, severity, now, notice.step !== undefined),
        isUrgent ? 0 : windowFor(notice, now),
        now,
      ],
    ],
  );
  return written.length > 0;
}

function windowFor({ since }: NewNotice, now: Date): number {
  const knownSeconds = Math.max(0, Math.floor((now.getTime() - (since ?? now).getTime()) / 1_000));
  return Math.max(leastWindowSeconds, windowSeconds - knownSeconds);
}

/** Only errors and worse wake people up, and do not wait for a summary. What is escalated has waited for hours, and wakes nobody unless it is a page. */
export function notBefore(channel: Channel, severity: NoticeSeverity, now: Date, isEscalated: boolean): Date {
  const { quietFrom, quietTo, timeZone, digest, digestAt: at, digestZone } = channel;
  if (isAtLeast(severity, isEscalated ? NoticeSeverity.PAGE : NoticeSeverity.ERROR)) return now;
  if (!isEscalated && digest !== null && at !== null && digestZone !== null)
    return nextDigest(now, { digest, at, timeZone: digestZone });
  if (quietFrom === null || quietTo === null) return now;
  return afterQuietHours(now, { from: quietFrom, to: quietTo, timeZone: timeZone ?? 'UTC' });
}

interface Sealed {
  readonly id: string;
  readonly customerId: string | null;
}

function sealContent(
  { keyring }: { readonly keyring: Keyring },
  { id, customerId }: Sealed,
  content: InAllWords<NoticeContent>,
) {
  const context = { customerId: customerId ?? houseOwner, field, rowId: id, epoch: 0 };
  return keyring.seal(Buffer.from(JSON.stringify(content)), context);
}

type SealedNotice = Pick<Notice, 'id' | 'customerId' | 'sealed'>;

/** All that a notice says, to everybody. */
export async function openNotice(
  { keyring }: { readonly keyring: Keyring },
  { id, customerId, sealed }: SealedNotice,
): Promise<InAllWords<NoticeContent>> {
  const context = { customerId: customerId ?? houseOwner, field, rowId: id, epoch: 0 };
  const opened = JSON.parse((await keyring.open(sealed, context)).toString()) as
    | InAllWords<NoticeContent>
    | NoticeContent;
  // Written before there were other words than these.
  return 'title' in opened ? inAllWords(() => opened) : opened;
}

/** All that a notice says to this reader. */
export async function readNotice(
  house: { readonly keyring: Keyring },
  notice: SealedNotice,
  reader: NoticeReader,
): Promise<NoticeContent> {
  return forReader(await openNotice(house, notice), reader);
}
