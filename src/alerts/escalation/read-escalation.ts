import { batched } from '../../batched.js';
import { Contact } from '../../customers/index.js';
import { mayTell, NoticeSeverity, readChannels, wants } from '../../notices/index.js';
import type { Scope } from '../../scope.js';
import { Alert } from '../alert.entity.js';
import { nextStep } from '../watch/advance.js';
import { topicOf } from '../watch/content-of.js';
import type { Escalation, NextEscalation } from './escalation.type.js';

export interface EscalationOfAlert {
  readonly taken: Escalation[];
  readonly next: NextEscalation | null;
}

/** By the id of an alert. */
export const readEscalation = batched(async (scope, ids): Promise<ReadonlyMap<string, EscalationOfAlert>> => {
  const { em } = scope;
  const alerts = await em.find(Alert, { id: { $in: [...ids] } });
  const taken = alerts.flatMap(({ escalations }) => escalations);
  const channels = await readChannels(scope, [...new Set(taken.flatMap(one => one.channels))]);
  const contacts = await em.find(Contact, { id: { $in: taken.flatMap(({ contactId }) => contactId ?? []) } });
  const names = new Map([...channels, ...contacts].map(({ id, name }) => [id, name]));
  return new Map(
    alerts.map(alert => [
      alert.id,
      {
        taken: alert.escalations.map(({ step, at, channels: those, contactId }) => ({
          ...{ step, at: new Date(at) },
          channels: those.flatMap(id => names.get(id) ?? []),
          contact: contactId === null ? null : (names.get(contactId) ?? null),
        })),
        next: nextOf(alert, channels),
      },
    ]),
  );
});

function nextOf(alert: Alert, channels: Awaited<ReturnType<typeof readChannels>>): NextEscalation | null {
  const next = alert.partOf === null ? nextStep(alert) : undefined;
  if (next === undefined) return null;
  const { step, at } = next;
  const notice = { step, topic: topicOf(alert), severity: NoticeSeverity[alert.severity] };
  const those = channels.filter(one => one.removedAt === null && mayTell(one, alert.customerId) && wants(one, notice));
  return { step, at, channels: those.map(({ name }) => name) };
}

/** Whether the viewer is one of those whose channels are named. */
export function isOfHouse({ viewer }: Pick<Scope, 'viewer'>): boolean {
  return viewer.customerId === undefined;
}
