import { AlertKind, AlertOwner, AlertSeverity } from '../alert-kind.js';
import type { Finding } from '../finding.js';
import type { Signal } from './signal.js';

const minute = 60_000;
const day = 24 * 60 * minute;
const endingSteps = [14, 7, 3, 1] as const;
/** So many days before the end nobody can be sure any more that somebody finds the time. */
const urgentDays = 3;
const transient = { warningMs: 30 * minute, errorMs: 120 * minute };

interface Row {
  readonly id: string;
  readonly customer_id: string;
  readonly platform: string;
  readonly account: string;
  readonly health: 'broken' | 'expiring' | 'valid';
  readonly checked_at: string;
  readonly problem: string | null;
  readonly remedy: string | null;
  readonly ends_at: string | null;
  readonly failure: string | null;
  readonly failed_since: string;
  readonly app: string;
  readonly link_id: string | null;
  readonly is_held: boolean;
}

/** Credentials that are broken, end soon, or cannot be refreshed, and apps that platforms refuse. */
export const credentials: Signal = async ({ em }, { now, nameOf }) => {
  const rows = await em.execute<Row[]>(question, [now]);
  const refused = Map.groupBy(
    // What is broken is asked for no more, so what it was refused last says nothing about the app as it is now.
    rows.filter(({ failure, health }) => failure === 'misconfigured' && health !== 'broken'),
    ({ app, platform }) => `${platform}/${app}`,
  );
  return [
    ...rows.flatMap(row => ofConnection(row, now, nameOf(row.platform))),
    ...[...refused].map(([part, those]) => appRefused(part, those, nameOf(those[0]?.platform ?? ''))),
  ];
};

function ofConnection(row: Row, now: Date, platformName: string): Finding[] {
  const { id: connectionId, customer_id: customerId, platform, link_id: linkId, account } = row;
  const about = { connectionId, customerId, platform, ...(linkId !== null && { linkId }) };
  if (row.health === 'broken') {
    return [
      {
        ...about,
        ...{ kind: AlertKind.CREDENTIAL_BROKEN, severity: AlertSeverity.ERROR, owner: AlertOwner.CUSTOMER },
        problem: `${platformName} does not let us in any more: ${row.problem ?? 'it refuses the credential.'}`,
        remedy: linkId === null ? remedyWithoutLink : remedyWithLink,
        ...{ details: { account }, occurrence: row.checked_at, since: new Date(row.checked_at) },
        ...(row.is_held && { isHeld: true as const }),
      },
    ];
  }
  const findings: Finding[] = [];
  if (row.health === 'expiring' && row.ends_at !== null)
    findings.push(ending({ ...row, ends_at: row.ends_at }, now, platformName));
  const age = now.getTime() - Date.parse(row.failed_since);
  if ((row.failure === 'transient' || row.failure === 'nonsense') && age >= transient.warningMs) {
    findings.push({
      ...about,
      ...{ kind: AlertKind.REFRESH_FAILING, owner: AlertOwner.PLATFORM },
      severity: age < transient.errorMs ? AlertSeverity.WARNING : AlertSeverity.ERROR,
      problem: `${platformName} has given no new access for this connection for a while.`,
      remedy: `It is asked again by itself. If it stays, see whether ${platformName} has trouble.`,
      ...{ details: { account }, occurrence: row.failed_since, since: new Date(row.failed_since) },
    });
  }
  return findings;
}

const remedyWithLink =
  'There is a reconnect link for the contact; pass it on if the mail was not seen. What is paused goes on by itself.';
const remedyWithoutLink =
  'Make a reconnect link with `createReconnectLink`; if the customer has no contact, enter one with `createContact` first.';

function ending(row: Row & { readonly ends_at: string }, now: Date, platformName: string): Finding {
  const ends = new Date(row.ends_at);
  const left = (ends.getTime() - now.getTime()) / day;
  const reached = endingSteps.filter(days => left <= days).length;
  return {
    ...{ kind: AlertKind.CREDENTIAL_ENDING, connectionId: row.id, customerId: row.customer_id, platform: row.platform },
    ...(row.link_id !== null && { linkId: row.link_id }),
    severity: left > urgentDays ? AlertSeverity.WARNING : AlertSeverity.ERROR,
    owner: AlertOwner.CUSTOMER,
    problem: `The access to ${platformName} ends soon, and nothing prolongs it by itself.`,
    remedy: row.link_id === null ? remedyWithoutLink : remedyWithLink,
    details: { account: row.account, endsAt: ends.toISOString(), daysLeft: Math.max(0, Math.ceil(left)) },
    ...{ occurrence: ends.toISOString(), step: Math.max(0, reached - 1), since: now },
  };
}

/** Nobody but who runs the hub can mend it, whoever's connections it is that suffer. */
function appRefused(part: string, those: readonly Row[], platformName: string): Finding {
  const since = new Date(Math.min(...those.map(row => Date.parse(row.failed_since))));
  return {
    ...{ kind: AlertKind.APP_REFUSED, platform: those[0]?.platform ?? '', part },
    ...{ severity: AlertSeverity.PAGE, owner: AlertOwner.OPERATOR },
    problem: `${platformName} refuses our app. No access through it can be refreshed; ${those.length === 1 ? 'one connection depends' : `${those.length} connections depend`} on it.`,
    remedy: `Check the app's client id and secret for ${platformName}: \`setPlatformApp\`, or the hub's environment. Customers can do nothing about it, and none is asked to connect again unless you resolve this alert.`,
    ...{ details: { connections: those.length }, occurrence: since.toISOString(), since },
    parts: those.map(({ id }) => id),
  };
}

const question = `
select n.id, n.customer_id, n.platform, n.account_name as account, n.credential_health as health, n.credential_checked_at as checked_at,
  n.last_error ->> 'message' as problem, n.last_error ->> 'remedy' as remedy, c.refresh_expires_at as ends_at,
  case when c.failures > 0 then c.last_failure ->> 'kind' end as failure,
  least(coalesce(c.due_at, c.retry_at), (c.last_failure ->> 'at')::timestamptz) as failed_since,
  coalesce(c.app_id::text, c.client_id, '') as app, l.id as link_id,
  exists (
    select from facts f where f.connection_id = n.id and f.kind = 'connection.broken' and f.awaits_reaction
      and coalesce(f.not_before, f.at) > clock_timestamp() - interval '1 minute'
  ) as is_held
from connections n left join credentials c on c.connection_id = n.id
left join lateral (
  select id from links where connection_id = n.id and purpose = 'reconnect' and used_at is null and revoked_at is null
    and contact_id is not null and expires_at > ?
  order by created_at desc limit 1
) l on true
where n.credential_health in ('broken', 'expiring') or n.credential_health = 'valid' and c.failures > 0`;
