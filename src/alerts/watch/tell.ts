import { writeFact } from '../../outbox/index.js';
import type { Scope } from '../../scope.js';
import type { Alert } from '../alert.entity.js';
import { AlertKind } from '../alert-kind.js';
import { escalate } from '../escalation/escalate.js';
import type { Outcome } from './advance.js';
import { tellPeople } from './tell-people.js';

/** Facts of these are written where the connection changes, together with the links that they bring. */
const toldElsewhere: ReadonlySet<AlertKind> = new Set([AlertKind.CREDENTIAL_BROKEN, AlertKind.CREDENTIAL_ENDING]);

/** Tells people and programs of what has become of an alert. What concerns the house alone is no customer's fact. */
export async function tell(inside: Scope, alert: Alert, outcome: Exclude<Outcome, 'drop' | undefined>): Promise<void> {
  const { customerId, kind } = alert;
  if (kind === AlertKind.DRILL) return;
  if (outcome.tell !== undefined) await tellPeople(inside, alert, outcome.tell);
  if ('step' in outcome && outcome.step !== undefined) await escalate(inside, alert, outcome.step);
  if (customerId === null || toldElsewhere.has(kind)) return;
  if ('resolved' in outcome) await writeFact(inside, { kind: 'alert.resolved', customerId, ...aboutOf(alert) });
  else if (outcome.opened || outcome.tell !== undefined)
    await writeFact(inside, { kind: 'alert.opened', customerId, ...aboutOf(alert) });
}

/** What facts about an alert have in common. */
export function aboutOf({
  id,
  kind,
  connectionId,
  linkId,
  platform,
  severity,
  owner,
  problem,
  remedy,
  since,
  partOf,
  details,
}: Alert) {
  return {
    ...(connectionId !== null && { connectionId }),
    ...(linkId !== null && { linkId }),
    details: {
      ...{ alertId: id, alert: kind, platform, severity, owner, problem, remedy, partOf },
      ...{ since: since.toISOString(), ...details },
    },
  };
}
