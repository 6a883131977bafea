import { contactMailed } from '../../access/index.js';
import { NoticeSeverity, postNotice, withdrawNotices } from '../../notices/index.js';
import type { Scope } from '../../scope.js';
import type { Alert } from '../alert.entity.js';
import { tellContactOver } from '../escalation/ask-contact.js';
import { contentOf, topicOf } from './content-of.js';

type Told = 'opened' | 'worse' | 'unstable' | 'reminder' | 'resolved';

/** Writes notices about an alert. That it is over is told once, where it was told that it is, and to nobody else. */
export async function tellPeople(inside: Scope, alert: Alert, kind: Told): Promise<void> {
  const { id, customerId, severity, timesTold, linkId } = alert;
  const where = kind === 'resolved' ? await withdrawNotices(inside, id) : undefined;
  const mailedTo =
    kind === 'resolved'
      ? await tellContactOver(inside, alert)
      : linkId === null
        ? undefined
        : await contactMailed(inside, linkId);
  if (where?.size === 0) return;
  const notice = {
    ...(kind === 'opened' && { since: alert.firstSeenAt }),
    ...{ mailedTo, customerId, alertId: id, topic: topicOf(alert), once: `alert/${id}/${kind}/${timesTold}` },
    content: await contentOf(inside, alert, { kind }),
    severity: kind === 'resolved' ? NoticeSeverity.NEWS : NoticeSeverity[severity],
  };
  await postNotice(inside, notice, where);
}
