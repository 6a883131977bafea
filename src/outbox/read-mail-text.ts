import { batched } from '../batched.js';
import { record } from '../customers/index.js';
import { inTransaction } from '../scope.js';
import { Mail, MailStatus } from './mail.entity.js';
import { openMail } from './post-mail.js';

/**
 * What mails say, while they are kept and of use. Links and codes stand in them, so whoever reads them is written down: one
 * entry for each customer whose mails are read at once.
 */
export const readMailText = batched(
  (scope, ids): Promise<ReadonlyMap<string, string>> =>
    inTransaction(scope, async inside => {
      const { em, clock } = inside;
      const where = { id: { $in: [...ids] }, status: MailStatus.KEPT, usefulUntil: { $gt: clock.now() } };
      // In one order, so that two who read at once do not wait for each other.
      const mails = await em.find(Mail, where, { orderBy: { customerId: 'asc', createdAt: 'asc' } });
      const texts = new Map<string, string>();
      for (const mail of mails) texts.set(mail.id, await openMail(inside, mail));
      for (const [customerId, read] of Map.groupBy(mails, mail => mail.customerId)) {
        const details = { mails: read.map(({ id, recipientName: to, subject }) => ({ id, to, subject })) };
        await record(inside, { act: 'mail.read', target: `customer ${customerId}`, customerId, details });
      }
      return texts;
    }),
);
