import { AlertKind, AlertOwner, AlertSeverity } from '../alert-kind.js';
import type { Finding } from '../finding.js';
import type { Signal } from './signal.js';

const silent = { error: 3 };
const refused = { warning: 20, error: 200 };

type SetUpBy = 'hub' | 'operator' | 'customer';

interface SilentRow {
  readonly id: string;
  readonly customer_id: string;
  readonly platform: string;
  readonly account: string;
  readonly polls: number;
  readonly is_mended: boolean;
  readonly heard_at: string;
  readonly since: string;
}

interface RefusedRow {
  readonly id: string | null;
  readonly customer_id: string | null;
  readonly platform: string;
  readonly account: string | null;
  readonly an_hour: number;
  readonly since: string;
}

/** Platforms that no longer tell of calls which polls find, and addresses at which events arrive that cannot be verified. */
export const webhooks: Signal = async ({ em, connectors }, { now, nameOf }) => {
  const silences = await em.execute<SilentRow[]>(silentHooks, [now]);
  const refusals = await em.execute<RefusedRow[]>(refusingHooks, [now]);
  const setUpBy = (platform: string): SetUpBy => {
    const connector = connectors.get(platform);
    return (
      (connector !== undefined && 'webhooks' in connector ? connector.webhooks?.setUp.by : undefined) ?? 'operator'
    );
  };
  return [
    ...silences.map(row => ofSilence(row, nameOf(row.platform), setUpBy(row.platform))),
    ...refusals.map(row => ofRefusals(row, nameOf(row.platform), setUpBy(row.platform))),
  ];
};

const owners: Readonly<Record<SetUpBy, AlertOwner>> = {
  hub: AlertOwner.PLATFORM,
  operator: AlertOwner.OPERATOR,
  customer: AlertOwner.CUSTOMER,
};

function ofSilence({ id, customer_id, ...row }: SilentRow, name: string, by: SetUpBy): Finding {
  const { platform, account, polls, is_mended: isMended, heard_at: heardAt, since } = row;
  const isDead = polls >= silent.error;
  const found = polls === 1 ? 'a poll has' : `${polls} polls have`;
  return {
    ...{ kind: AlertKind.WEBHOOK_SILENT, connectionId: id, customerId: customer_id, platform, owner: owners[by] },
    severity: isDead ? AlertSeverity.ERROR : AlertSeverity.WARNING,
    problem:
      polls === 0
        ? `${name} no longer told of calls. It has been subscribed to anew, and has told nothing yet.`
        : `${name} does not tell of calls${isMended ? ', though it was subscribed to anew' : ''}: ${found} found some of which no event had told.`,
    remedy: `No call is lost, since they are polled, but they come later. ${isDead || by !== 'hub' ? remedies[by](name) : 'If it stays silent it is subscribed to anew by itself.'}`,
    ...{ details: { account, silentPolls: polls, mended: isMended }, occurrence: heardAt, since: new Date(since) },
    // Told once more when it was mended: it was dead for sure.
    ...(isMended && { step: 1 }),
  };
}

const remedies: Readonly<Record<SetUpBy, (name: string) => string>> = {
  hub: name =>
    `See ${name}'s status page, and whether something between it and this hub's public address holds requests up.`,
  operator: name =>
    `See at ${name} whether what sends the events of the app is still switched on and leads to this hub.`,
  customer: name =>
    `Somebody at the customer sees at ${name} whether what sends the events is still there, switched on and leads to \`webhook { address }\` of the sync.`,
};

function ofRefusals(
  { id, customer_id, platform, account, an_hour: anHour, since }: RefusedRow,
  name: string,
  by: SetUpBy,
): Finding {
  return {
    ...{
      kind: AlertKind.WEBHOOK_REFUSED,
      platform,
      owner: by === 'customer' ? AlertOwner.CUSTOMER : AlertOwner.OPERATOR,
    },
    ...(id !== null && customer_id !== null && { connectionId: id, customerId: customer_id }),
    severity: anHour > refused.error ? AlertSeverity.ERROR : AlertSeverity.WARNING,
    problem: `${anHour} events for ${name} could not be verified within an hour. Nothing follows from them.`,
    remedy:
      by === 'hub'
        ? 'See whether events still arrive, by `webhook { lastEventAt }` of the sync. If they do, somebody else sends these: the address is known to a stranger.'
        : 'See whether the secret is still the one that the platform shows, and enter it again with `setWebhookSecret`. If it is, somebody else sends these: the address is known to a stranger.',
    ...{
      details: { ...(account !== null && { account }), anHour },
      occurrence: since.slice(0, 10),
      since: new Date(since),
    },
  };
}

// After it was mended it is waited for a day whether anything arrives: perhaps there are no calls to tell of. While no sync goes on
// nothing polls, so that nothing more is known.
const silentHooks = `
select h.connection_id as id, h.customer_id, h.platform, n.account_name as account, h.silent_polls as polls, m.is as is_mended,
  coalesce((
    select min(g.noted_at) from gaps g join syncs s on s.id = g.sync_id
    where s.connection_id = h.connection_id and g.kind = 'UNANNOUNCED' and g.noted_at > t.now - interval '1 day' and h.silent_polls > 0
  ), h.mended_at, o.at) as since, o.at as heard_at
from (select ?::timestamptz as now) t, hooks h join connections n on n.id = h.connection_id, lateral (
  select coalesce(h.mended_at > t.now - interval '1 day' and h.heard_at <= h.mended_at, false) as is
) m, lateral (select coalesce(h.heard_at, h.alive_since, h.created_at) as at) o
where (h.silent_polls > 0 or h.mended_at is not null) and (h.silent_polls > 0 or m.is) and not h.ending
  and n.credential_health in ('valid', 'expiring')
  and exists (select from syncs s where s.connection_id = n.id and s.cadence = 'REAL_TIME' and s.state = 'ACTIVE')`;

// Of the hour before as much as still lies within sixty minutes.
const refusingHooks = `
select * from (
  select h.connection_id as id, h.customer_id, h.platform, n.account_name as account, h.refused_hour as since, (case
      when h.refused_hour = t.hour then h.refused + floor(h.refused_before * t.left)
      when h.refused_hour = t.hour - interval '1 hour' then floor(h.refused * t.left) else 0 end)::integer as an_hour
  from hooks h left join connections n on n.id = h.connection_id, lateral (
    select date_trunc('hour', now) as hour, 1 - extract(epoch from now - date_trunc('hour', now)) / 3600 as left from (select ?::timestamptz as now) b
  ) t
  where h.refused_hour >= t.hour - interval '1 hour' and not h.ending
) r where an_hour > ${refused.warning}`;
