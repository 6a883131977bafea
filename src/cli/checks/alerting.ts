import { problemsOf, readStandingIn, type Standing } from '../../alerts/index.js';
import type { Config } from '../../config.js';
import type { SqlTransaction } from '../../core/ports.js';
import { fail, type Finding, ok, warn } from '../finding.js';

/** Whether somebody would notice that something is wrong. */
export async function alertingWorks(tx: SqlTransaction): Promise<Finding> {
  const about = 'alerting';
  const standing = await readStandingIn(tx);
  const problems = problemsOf(standing);
  if (problems.length === 0)
    return ok(
      about,
      `Looked for trouble ${ago(standing.lookAge)}; the last drill, ${ago(standing.drillAge)}, took ${Math.round(standing.drillTook ?? 0)} s.`,
    );
  const remedy = 'See whether a worker runs and what its log says; five minutes after its start this should be well.';
  return (standing.lookAge === null || isFresh(standing) ? warn : fail)(about, problems.join(' '), remedy);
}

/** Nothing is wrong but that no drill has been over yet. */
function isFresh(standing: Standing): boolean {
  return standing.drillAge === null && problemsOf({ ...standing, drillAge: 0 }).length === 0;
}

/** Whether somebody outside would notice that the hub does not. */
export async function deadMan(tx: SqlTransaction, { deadManUrl }: Config): Promise<Finding> {
  const about = 'dead-man';
  if (deadManUrl === undefined)
    return warn(
      about,
      'Nobody outside would notice that the hub notices nothing.',
      'Set PATCHBAY_DEADMAN_URL to an address of a service that raises the alarm after five minutes of silence.',
    );
  const { pingAge } = await readStandingIn(tx);
  if (pingAge !== null && pingAge < silentSeconds) return ok(about, `Pinged ${ago(pingAge)}.`);
  const says = pingAge === null ? 'Set, and never pinged yet.' : `Last pinged ${ago(pingAge)}.`;
  return (pingAge === null ? warn : fail)(
    about,
    says,
    'It is pinged while `alerting` works; the log of the workers tells what stands against it.',
  );
}

const silentSeconds = 300;

interface Channels {
  readonly all: number;
  readonly ofHub: number;
  readonly later: number;
  readonly gone: number;
  readonly failing: readonly string[] | null;
}

/** Whether anybody would be told, and what reaches nobody. */
export async function noticeChannels(tx: SqlTransaction): Promise<Finding> {
  const about = 'notices';
  const [row] = await tx.rows<Channels>(question);
  const { all = 0, ofHub = 0, later = 0, gone = 0, failing = null } = row ?? {};
  const says = `${count(all)}, ${ofHub} told at once of trouble with the hub itself, ${later} later of what nobody acknowledges.`;
  if (failing !== null)
    return fail(
      about,
      `${says} Nothing gets through: ${failing.join(', ')}.`,
      'See `noticeChannels { name problem failingSince }`; set it up again, and give it a fallback.',
    );
  if (gone > 0)
    return fail(
      about,
      `${says} Mails for ${gone} of them reach nobody: the person has left, or has ended them.`,
      'Remove them with `removeNoticeChannel`, and set up others.',
    );
  if (ofHub === 0)
    return warn(
      about,
      `${says} Nobody would be told.`,
      'Set up a channel for all customers with the topic HUB: `setUpSlack` or `setUpMail`, then `sendTestNotice`.',
    );
  if (later === 0)
    return warn(
      about,
      says,
      'Say who is told when nobody looks after an error: a channel with `escalation: FOUR_HOURS`.',
    );
  return ok(about, says);
}

const question = `
select count(*)::integer as all,
  (count(*) filter (where c.customer_id is null and 'HUB' = any (c.topics) and c.escalation is null))::integer as "ofHub",
  (count(*) filter (where c.escalation is not null))::integer as later,
  (count(*) filter (where c.kind = 'MAIL' and (coalesce(s.left_at, p.left_at) is not null or not coalesce('NOTICES' = any (p.mails), true))))::integer as gone,
  array_agg(c.name order by c.name) filter (where c.failing_since < clock_timestamp() - interval '5 minutes') as failing
from notice_channels c left join staff s on s.id = c.staff_id left join contacts p on p.id = c.contact_id
where c.removed_at is null`;

function count(channels: number): string {
  return channels === 1 ? '1 channel' : `${channels} channels`;
}

function ago(seconds: number | null): string {
  return seconds === null
    ? 'never'
    : seconds < 120
      ? `${Math.round(seconds)} s ago`
      : `${Math.round(seconds / 60)} minutes ago`;
}
