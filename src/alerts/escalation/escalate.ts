import { contactMailed } from '../../access/index.js';
import { type EscalationStep, hoursOf, NoticeSeverity, postNotice } from '../../notices/index.js';
import type { Scope } from '../../scope.js';
import { businessNow } from '../../syncs/index.js';
import type { Alert } from '../alert.entity.js';
import { contentOf, topicOf } from '../watch/content-of.js';
import { askContact } from './ask-contact.js';

/** Tells others of an alert that nobody has acknowledged, and notes on it whom. In the transaction of the look that found it due. */
export async function escalate(inside: Scope, alert: Alert, step: EscalationStep): Promise<void> {
  const { id, customerId, severity, timesTold, linkId } = alert;
  const channels = await postNotice(inside, {
    ...{ customerId, alertId: id, topic: topicOf(alert), severity: NoticeSeverity[severity], step },
    content: await contentOf(inside, alert, { kind: 'escalated', hours: hoursOf(step) }),
    once: `alert/${id}/${step}/${timesTold}`,
    mailedTo: linkId === null ? undefined : await contactMailed(inside, linkId),
  });
  const contactId = await askContact(inside, alert, step);
  const at = (await businessNow(inside)).toISOString();
  alert.escalations = [...alert.escalations, { step, at, channels: channels.map(one => one.id), contactId }];
}
