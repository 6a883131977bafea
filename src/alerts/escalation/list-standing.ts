import { Customer } from '../../customers/index.js';
import { escalationSteps, NoticeSeverity, NoticeTopic, postNotice } from '../../notices/index.js';
import type { Scope } from '../../scope.js';
import { inAllWords } from '../../texts/notices.js';
import { Alert } from '../alert.entity.js';
import { AlertSeverity, AlertState } from '../alert-kind.js';
import { factsOf } from '../watch/content-of.js';
import { apart } from '../watch/apart.js';

const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;
/** A Monday, 06:00 UTC; whoever has quiet hours gets the list at their end. */
const someMonday = Date.parse('2026-01-05T06:00:00Z');

/**
 * Once a week: what has gone through all steps of its escalation and still nobody looks after. Each channel gets those alerts
 * that were told there, one notice a customer, which its next message gathers.
 */
export async function listStanding(inside: Scope, now: Date): Promise<void> {
  const { em } = inside;
  const monday = new Date(someMonday + Math.floor((now.getTime() - someMonday) / weekMs) * weekMs);
  const [row] = await em.execute<{ listed_at: string | null }[]>('select listed_at from alerting');
  if (row?.listed_at != null && Date.parse(row.listed_at) >= monday.getTime()) return;
  const note = (): Promise<unknown> => em.execute('update alerting set listed_at = ?', [monday]);
  if (row?.listed_at == null) {
    await note();
    return;
  }
  const standing = await em.find(
    Alert,
    {
      ...{
        state: AlertState.OPEN,
        severity: { $ne: AlertSeverity.WARNING },
        partOf: null,
        stepsTaken: escalationSteps.length,
      },
      $or: [{ snoozedUntil: null }, { snoozedUntil: { $lte: now } }],
    },
    { orderBy: { since: 'asc', id: 'asc' } },
  );
  let areAllTold = true;
  for (const [customerId, alerts] of Map.groupBy(standing, one => one.customerId)) {
    const week = monday.toISOString().slice(0, 10);
    if (!(await apart(inside, { customerId }, () => tell(inside, { customerId, alerts, week })))) areAllTold = false;
  }
  // Else the next look tells those who have no list yet.
  if (areAllTold) await note();
}

interface Standing {
  readonly customerId: string | null;
  readonly alerts: readonly Alert[];
  readonly week: string;
}

async function tell(inside: Scope, { customerId, alerts, week }: Standing): Promise<void> {
  const { em } = inside;
  const customer = customerId === null ? undefined : (await em.findOneOrFail(Customer, { id: customerId })).name;
  const once = `standing/${week}/${customerId ?? 'house'}`;
  const told = await em.execute<{ channel: string; alerts: string[] }[]>(
    `select channel_id as channel, array_agg(distinct alert_id) as alerts from notices n
     where alert_id = any (?::uuid[]) and status in ('SENT', 'KEPT', 'WAITING')
       and not exists (select from notices l where l.channel_id = n.channel_id and l.once = ?) group by channel_id`,
    [`{${alerts.map(({ id }) => id).join()}}`, once],
  );
  for (const { channel, alerts: ids } of told) {
    const listed = alerts.filter(({ id }) => ids.includes(id)).map(alert => factsOf(inside, alert));
    const content = inAllWords(words => words.standing({ customer, alerts: listed }));
    const topic = customerId === null ? NoticeTopic.HUB : NoticeTopic.SYNCS;
    await postNotice(
      inside,
      { customerId, topic, severity: NoticeSeverity.WARNING, once, content },
      new Set([channel]),
    );
  }
}
