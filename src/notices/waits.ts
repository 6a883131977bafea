import { registerEnumType } from 'type-graphql';
import type { Scope } from '../scope.js';
import { businessNow } from '../syncs/index.js';
import { mostADay, mostAnHour } from './gather.js';
import { type Notice, NoticeStatus } from './notice.entity.js';
import { isAtLeast, NoticeSeverity } from './notice-topic.js';

export enum NoticeWait {
  OTHERS = 'OTHERS',
  QUIET_HOURS = 'QUIET_HOURS',
  DIGEST = 'DIGEST',
  MEASURE = 'MEASURE',
  SENDING = 'SENDING',
  FAILURE = 'FAILURE',
}
registerEnumType(NoticeWait, {
  name: 'NoticeWait',
  description: 'Why a notice waits.',
  valuesConfig: {
    OTHERS: { description: 'For others of the same minute, so that a storm is one message.' },
    QUIET_HOURS: { description: 'For the end of the quiet hours of its channel.' },
    DIGEST: { description: 'For the next summary in its channel.' },
    MEASURE: {
      description: `Its channel has had its measure of messages: ${mostAnHour} in an hour, a contact ${mostADay} in a day.`,
    },
    SENDING: { description: 'It is being sent.' },
    FAILURE: { description: 'It could not be sent, and is tried again; `problem` says why.' },
  },
});

export interface Wait {
  readonly because: NoticeWait;
  /** null: no time can be told. */
  readonly until: Date | null;
}

/** Why a notice waits, and until when at the least; undefined when it does not. */
export async function waitOf(scope: Scope, notice: Notice): Promise<Wait | undefined> {
  if (notice.status !== NoticeStatus.WAITING) return undefined;
  if (notice.messageId !== null) return sendingOf(scope, notice.messageId);
  const { notBefore, windowSeconds, channel, severity } = notice;
  const now = await businessNow(scope);
  if (notBefore > now) {
    const isForSummary =
      channel.digest !== null && channel.escalation === null && !isAtLeast(severity, NoticeSeverity.ERROR);
    return { because: isForSummary ? NoticeWait.DIGEST : NoticeWait.QUIET_HOURS, until: notBefore };
  }
  const gathered = new Date(notBefore.getTime() + windowSeconds * 1_000);
  const roomAt = await nextRoom(scope, notice, now);
  if (roomAt !== undefined && roomAt > gathered) return { because: NoticeWait.MEASURE, until: roomAt };
  return { because: NoticeWait.OTHERS, until: gathered };
}

async function sendingOf({ em }: Scope, messageId: string): Promise<Wait> {
  const [message] = await em.execute<{ problem: string | null; try_at: Date | string }[]>(
    'select problem, try_at from notice_messages where id = ?',
    [messageId],
  );
  if (message === undefined || message.problem === null) return { because: NoticeWait.SENDING, until: null };
  return { because: NoticeWait.FAILURE, until: new Date(message.try_at) };
}

/** When the channel may have its next message; undefined: now. What is urgent waits for no room. */
async function nextRoom({ em }: Scope, { channel, severity }: Notice, now: Date): Promise<Date | undefined> {
  if (severity === NoticeSeverity.PAGE) return undefined;
  const [row] = await em.execute<{ room: Date | string | null }[]>(room, [
    ...[channel.id, now, now, mostAnHour - 1, channel.contactId !== null, channel.id, now, now, mostADay - 1],
  ]);
  return row?.room == null ? undefined : new Date(row.room);
}

/** The message that has to be an hour or a day old first. */
const room = `
select greatest(
  (select created_at + interval '1 hour' from notice_messages where channel_id = ? and created_at > ?::timestamptz - interval '1 hour'
     and created_at <= ? order by created_at desc offset ? limit 1),
  (select created_at + interval '1 day' from notice_messages where ? and channel_id = ? and created_at > ?::timestamptz - interval '1 day'
     and created_at <= ? order by created_at desc offset ? limit 1)
) as room`;
