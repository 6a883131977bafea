import { type Act, type HubWish, Misunderstood } from './act.js';
import { minute, type Page, sayPage } from './listing.js';
import { onEach } from './on-each.js';

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly severity: string;
  readonly state: string;
  readonly owner: string;
  readonly since: string;
  readonly problem: string;
  readonly remedy: string;
  readonly connection: { readonly accountName: string; readonly customer: { readonly name: string } } | null;
  readonly platform: string | null;
}

const document = `
  query ($first: Int!, $customerId: ID, $connectionId: ID, $states: [AlertState!]) {
    alerts(first: $first, customerId: $customerId, connectionId: $connectionId, states: $states) {
      totalCount
      nodes {
        id kind severity state owner customerId platform since openedAt acknowledgedBy snoozedUntil resolvedAt partOf
        importsWaiting syncsWaiting problem remedy connection { id accountName customer { name } }
      }
    }
  }`;

const list: Act = async (hub, wish, terminal) => {
  const { customer: customerId, connection: connectionId, states, limit: first } = wish;
  const { alerts: page } = await hub.ask<{ alerts: Page<Listed> }>(document, {
    ...{ customerId, connectionId, states, first },
  });
  return sayPage(terminal, wish, page, alert => ({
    id: alert.id,
    severity: alert.severity,
    state: alert.state,
    kind: alert.kind,
    owner: alert.owner,
    since: minute(alert.since),
    about: [alert.connection?.customer.name, alert.platform, alert.connection?.accountName]
      .filter(name => name != null)
      .join(', '),
    problem: alert.problem,
    remedy: alert.remedy,
  }));
};

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function until({ for: duration = '' }: HubWish): string {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(duration) ?? [];
  if (count === undefined) throw new Misunderstood('Say for how long with --for 30m, --for 4h or --for 2d.');
  return new Date(Date.now() + Number(count) * (unitMs[unit] ?? 0)).toISOString();
}

export const alerts: Readonly<Record<string, Act>> = {
  list,
  ack: onEach('acknowledgeAlert', 'state'),
  resolve: onEach('resolveAlert', 'state'),
  snooze: onEach('snoozeAlert', 'state', { types: { until: 'DateTime!' }, values: wish => ({ until: until(wish) }) }),
};
