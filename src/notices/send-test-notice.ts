import { randomUUID } from 'node:crypto';
import { outboxTopic } from '../outbox/index.js';
import { inTransaction, type Scope } from '../scope.js';
import { businessNow } from '../syncs/index.js';
import { inAllWords } from '../texts/notices.js';
import { Notice } from './notice.entity.js';
import { NoticeSeverity, NoticeTopic } from './notice-topic.js';
import { write } from './post-notice.js';
import { findChannel } from './set-up-channel.js';

/** @throws CallerError NOT_FOUND */
export async function sendTestNotice(scope: Scope, channelId: string): Promise<Notice> {
  const once = `test/${randomUUID()}`;
  const notice = await inTransaction(scope, async inside => {
    const channel = await findChannel(inside, channelId);
    const { customerId } = channel;
    const content = inAllWords(words => words.test({ by: inside.viewer.name, channel: channel.name }));
    const test = { customerId, topic: NoticeTopic.HUB, severity: NoticeSeverity.NEWS, once, content };
    await write(inside, channel, test, await businessNow(inside));
    return inside.em.findOneOrFail(Notice, { once }, { populate: ['channel'] });
  });
  scope.bus.publish(outboxTopic, null);
  return notice;
}
