import { LockMode } from '@mikro-orm/postgresql';
import { CallerError, notFound } from '../core/errors.js';
import { record } from '../customers/index.js';
import { withdrawEscalations } from '../notices/index.js';
import { writeFact } from '../outbox/index.js';
import { inTransaction, type Scope } from '../scope.js';
import { businessNow } from '../syncs/index.js';
import { Alert } from './alert.entity.js';
import { AlertState } from './alert-kind.js';
import { tellOfAlerts } from './watch-alerts.js';
import { aboutOf } from './watch/tell.js';
import { tellPeople } from './watch/tell-people.js';

/** Somebody looks after it: nobody else is reminded. @throws CallerError NOT_FOUND, CONFLICT when it is over */
export function acknowledgeAlert(scope: Scope, id: string): Promise<Alert> {
  return steer(scope, id, 'acknowledged', (alert, now) => {
    if (alert.state === AlertState.ACKNOWLEDGED) return;
    Object.assign(alert, { state: AlertState.ACKNOWLEDGED, acknowledgedAt: now, acknowledgedBy: scope.viewer.name });
  });
}

/** @throws CallerError NOT_FOUND; CONFLICT when it is over; INVALID_INPUT when the time is not ahead, or more than 30 days off */
export function snoozeAlert(scope: Scope, id: string, until: Date): Promise<Alert> {
  return steer(scope, id, 'snoozed', (alert, now) => {
    const ahead = until.getTime() - now.getTime();
    if (ahead <= 0 || ahead > longestSnoozeMs)
      throw new CallerError('INVALID_INPUT', '`until` must be ahead, and at most 30 days.', {
        field: 'until',
        remedy: 'Give a time within the next 30 days.',
      });
    alert.snoozedUntil = until;
    if (alert.escalatesFrom !== null) alert.escalatesFrom = until;
  });
}

const longestSnoozeMs = 30 * 86_400_000;

/**
 * A person says that it is over. It opens again only when it goes wrong anew.
 *
 * @throws CallerError NOT_FOUND, CONFLICT when it is over already
 */
export function resolveAlert(scope: Scope, id: string): Promise<Alert> {
  return steer(scope, id, 'resolved', (alert, now) => {
    const { name } = scope.viewer;
    Object.assign(alert, { state: AlertState.RESOLVED, resolvedAt: now, resolvedBy: name });
    alert.resolvedBecause = 'Somebody said that it is over.';
  });
}

async function steer(
  scope: Scope,
  id: string,
  done: 'acknowledged' | 'snoozed' | 'resolved',
  change: (alert: Alert, now: Date) => void,
): Promise<Alert> {
  const alert = await inTransaction(scope, async inside => {
    const { em } = inside;
    const found = await em.findOne(Alert, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (found === null || found.state === AlertState.PENDING) throw notFound('alert');
    if (found.state === AlertState.RESOLVED)
      throw new CallerError('CONFLICT', 'The alert is over already.', { remedy: 'Nothing needs to be done.' });
    const now = await businessNow(inside);
    change(found, now);
    found.updatedAt = now;
    await em.flush();
    const { customerId } = found;
    if (done === 'resolved') await tellPeople(inside, found, 'resolved');
    else await withdrawEscalations(inside, id);
    if (customerId !== null && done !== 'snoozed')
      await writeFact(inside, { kind: `alert.${done}`, customerId, ...aboutOf(found) });
    await record(inside, { act: `alert.${done}`, target: `alert ${id}`, customerId });
    return found;
  });
  tellOfAlerts(scope, alert.customerId);
  return alert;
}
