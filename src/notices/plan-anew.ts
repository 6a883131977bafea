import type { Scope } from '../scope.js';
import { businessNow } from '../syncs/index.js';
import type { Channel } from './channel.entity.js';
import { Notice, NoticeStatus } from './notice.entity.js';
import { notBefore } from './post-notice.js';

/** What waits in a channel goes by its quiet hours and its summary as they are now. A test waits for neither. */
export async function planAnew(inside: Scope, channel: Channel): Promise<void> {
  const { em } = inside;
  const now = await businessNow(inside);
  const waiting = await em.find(Notice, { channel, status: NoticeStatus.WAITING, messageId: null });
  for (const notice of waiting) {
    if (notice.once.startsWith('test/')) continue;
    const planned = notBefore(channel, notice.severity, now, channel.escalation !== null);
    if (planned > now || notice.notBefore > now) notice.notBefore = planned;
  }
  await em.flush();
}
