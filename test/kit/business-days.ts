/**
 * Days of business in minutes: platforms whose calls come into being and that tell of them by themselves, and a hub that keeps up.
 *
 * Business time goes as fast as the machine's clock while the hub has something to do, and leaps over the time in which nothing happens.
 * So what an event takes is measured in true seconds, and polls come when they are due and not while an event is looked at.
 */
import type { EventEntry } from '../../src/sandbox/events/sandbox-events.js';
import { BusinessClock } from './business-clock.js';
import { whenWebhook } from './hooks.js';
import { type TestHub, testHub } from './hub.js';
import { type PlatformSandbox, type Played, playedPlatforms, startPlatformSandbox } from './platforms.js';
import { createSync } from './syncs.js';
import { until } from './until.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export interface DaysOptions {
  readonly platforms: readonly string[];
  /** Only polled, as if it told of nothing. */
  readonly polled: readonly string[];
  /** So long calls begin. What comes of them goes on for some hours more. */
  readonly hours: number;
  readonly callsEach: number;
  /** All events are lost in between, in hours from the beginning. */
  readonly outage: { readonly from: number; readonly to: number };
  /** Shares of events, outside of the outage. */
  readonly events: { readonly drop: number; readonly duplicates: number; readonly late: number };
  /** Business time leaps at least so far; later on, at least so far. */
  readonly leapMinutes: number;
  readonly lastLeapMinutes: number;
}

/** Calls last for up to an hour, recordings come forty minutes later, a leap may take as long, and what no event told of is named after half an hour. */
const afterHours = 3.5;

export interface DaysOfPlatform {
  readonly platform: string;
  readonly calls: number;
  readonly missing: number;
  readonly doubled: number;
  /** Calls without the transcript that the platform has of each. */
  readonly wordless: number;
  readonly sent: number;
  readonly dropped: number;
  readonly repeated: number;
  /** Held back, so that others came before them. */
  readonly reordered: number;
  /** Calls of which no event told that arrived, and those of them that are named as gaps. */
  readonly unannounced: number;
  readonly named: number;
  /** Calls that are named though an event told of them in time. */
  readonly wronglyNamed: number;
  /** Calls that a look brought which an event had led to, and from the event's sending to the store for these, in milliseconds. */
  readonly looks: number;
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
  /** Calls of which an event told and that a poll brought, because it came first or both were due at once. */
  readonly byPoll: number;
  /** As above, for both. Zero for what was here before. */
  readonly p95OfAll: number;
}

export interface Line {
  readonly played: Played;
  readonly sandbox: PlatformSandbox;
  readonly customerId: string;
  readonly syncId: string;
  /** Since when, in business time, it is to be told of every call. */
  readonly toldSince: number;
}

interface Found {
  /** In business time. */
  readonly foundAt: number;
  readonly startedAt: number;
  /** On the machine's clock. */
  readonly storedAt: number;
  readonly byLook: boolean;
}

/** Within this of the moment up to when events are in time, either is right. */
const graceMs = 30 * minuteMs;
const doubtMs = 16 * minuteMs;

/** Runs the days, and tells of each platform how they went. */
export async function liveDays(options: DaysOptions): Promise<readonly DaysOfPlatform[]> {
  const start = Date.now() - (options.hours + 24) * hourMs;
  const end = start + options.hours * hourMs;
  const clock = new BusinessClock(start);
  const all = await playedPlatforms();
  const wanted = [...options.platforms, ...options.polled].map(name => all.find(({ id }) => id === name) as Played);
  const opened = await Promise.all(wanted.map(played => openPlatform(played, { clock, start, end, options })));
  const env = Object.assign({}, ...opened.map(({ env: own }) => own)) as Record<string, string>;
  const hub = await testHub(env);
  try {
    await clock.leap(hub, start);
    const lines = await Promise.all(
      opened.map(({ played, sandbox }) => connect(hub, { played, sandbox, clock }, options.polled.includes(played.id))),
    );
    const found = new Map(lines.map(({ played: { id } }) => [id, new Map<string, Found>()]));
    const [from, to] = [start + options.outage.from * hourMs, start + options.outage.to * hourMs];
    const last = end + afterHours * hourMs;
    for (let now = clock.now(); now < last; now = clock.now()) {
      const least = now < end ? options.leapMinutes : options.lastLeapMinutes;
      const next = await nextLeap(hub, now, least * minuteMs);
      // A stretch has one weather.
      const target = Math.min(next, ...[from, to].filter(bound => bound > now), last);
      const drop = target > from && target <= to ? 1 : options.events.drop;
      for (const { sandbox } of lines) sandbox.events?.setFaults({ drop });
      await clock.leap(hub, target);
      await Promise.all(lines.map(async ({ sandbox }) => sandbox.events?.tell()));
      await whenQuiet(hub);
      await note(hub, lines, found, clock.now());
    }
    return await Promise.all(lines.map(line => judge(hub, line, found.get(line.played.id) ?? new Map(), options)));
  } finally {
    await hub.close();
    await Promise.all(opened.map(({ sandbox }) => sandbox.close()));
  }
}

interface Setting {
  readonly clock: BusinessClock;
  readonly start: number;
  readonly end: number;
  readonly options: DaysOptions;
}

async function openPlatform(played: Played, { clock, start, end, options }: Setting) {
  const { duplicates, late } = options.events;
  const quirks = Object.keys(played.simulator.quirks ?? {}).filter(name => name === 'late-recordings');
  const sandbox = await startPlatformSandbox(played, {
    ...{ calls: options.callsEach, limits: 'off', now: clock.now, quirks },
    ...{ from: new Date(start).toISOString(), to: new Date(end).toISOString() },
    eventFaults: { duplicates, late, lateSeconds: 300 },
  });
  const limits = `PLATFORM_${played.id.toUpperCase().replaceAll('-', '_')}_LIMITS`;
  return { played, sandbox, env: { ...sandbox.env, [limits]: 'off' } };
}

interface Opened extends Pick<Line, 'played' | 'sandbox'> {
  readonly clock: Pick<BusinessClock, 'now'>;
}

/** A customer whose sync keeps up with the platform, which tells of every call from then on. */
export async function connect(hub: TestHub, { played, sandbox, clock }: Opened, isPolled: boolean): Promise<Line> {
  const way = played.ways.find(({ kind }) => kind !== 'oauth2') as Played['ways'][number];
  const { customerId, connectionId } = await way.connect(hub, sandbox);
  const schedule = { cadence: isPolled ? 'EVERY_MINUTE' : 'REAL_TIME' };
  const { id: syncId } = await createSync(hub, { connectionId, schedule });
  if (!isPolled) {
    if (played.connector.webhooks?.setUp.by === 'operator') await setUpByOperator(hub, played.id, sandbox);
    await whenWebhook(hub, syncId, 'ALIVE');
    await until('calls are told of from now on', async () => {
      const rows = await hub.database.query(
        'select 1 from hooks h join syncs s using (connection_id) where s.id = $1 and alive_since is not null',
        [syncId],
      );
      return rows.length > 0;
    });
  }
  const firstTurn = async (): Promise<boolean> => {
    const question = 'select 1 from runs where sync_id = $1 and finished_at is not null';
    return (await hub.database.query(question, [syncId])).length > 0;
  };
  // What has been until now may take its limits' time.
  await until('the first turn', firstTurn, 5 * minuteMs);
  return { played, sandbox, customerId, syncId, toldSince: clock.now() };
}

async function setUpByOperator(hub: TestHub, platform: string, { events }: PlatformSandbox): Promise<void> {
  const { setPlatformWebhook } = await hub.ask(
    'mutation ($input: SetPlatformWebhookInput!) { setPlatformWebhook(input: $input) { address } }',
    { input: { platform, secret: events?.kept() } },
  );
  await events?.enter(setPlatformWebhook.address);
  // Nobody looks again before some minutes have passed.
  await hub.database.query('update hooks set next_at = business_now() where platform = $1', [platform]);
}

/** To just before the next poll where that is far enough away, so that events have the hub to themselves; else over all polls that are near. */
async function nextLeap(hub: TestHub, now: number, leastMs: number): Promise<number> {
  const rows = await hub.database.query<{ at: Date }>(
    `select next_at as at from syncs where cadence = 'REAL_TIME' order by next_at`,
  );
  const [first = now, ...others] = rows.map(({ at }) => new Date(at).getTime());
  if (first - 1_000 - now >= leastMs) return first - 1_000;
  const last = others.reduce((reached, at) => (at - reached < leastMs ? at : reached), first);
  return Math.max(last + 1_000, now + leastMs);
}

const isQuiet = `
select not exists (select from syncs where state = 'ACTIVE' and next_at <= business_now())
  and not exists (select from runs where sync_id is not null and finished_at is null)
  and not exists (select from inbound_events where settled_at is null and due_at <= business_now())
  and not exists (select from hooks where held_until > clock_timestamp()) as quiet`;

async function whenQuiet(hub: TestHub): Promise<void> {
  await until(
    'the hub has nothing to do',
    async () => (await hub.database.query<{ quiet: boolean }>(isQuiet))[0]?.quiet,
    120_000,
  );
}

async function note(
  { database }: TestHub,
  lines: readonly Line[],
  found: ReadonlyMap<string, Map<string, Found>>,
  now: number,
): Promise<void> {
  const rows = await database.query<{ platform: string; id: string; started: number; stored: number; look: boolean }>(
    `select c.platform, c.external_id as id, (extract(epoch from c.started_at) * 1000)::float8 as started,
       (extract(epoch from c.imported_at) * 1000)::float8 as stored, r.hinted as look
     from calls c join runs r on r.id = c.run_id where c.customer_id = any ($1) and c.imported_at > clock_timestamp() - interval '5 minutes'`,
    [lines.map(({ customerId }) => customerId)],
  );
  for (const { platform, id, started, stored, look } of rows) {
    const calls = found.get(platform);
    if (calls === undefined || calls.has(id)) continue;
    calls.set(id, { foundAt: now, startedAt: started, storedAt: stored, byLook: look });
  }
}

async function judge(
  hub: TestHub,
  { played, sandbox, customerId, syncId, toldSince }: Line,
  found: ReadonlyMap<string, Found>,
  options: DaysOptions,
): Promise<DaysOfPlatform> {
  const rows = await hub.database.query<{ id: string; told: boolean }>(
    `select external_id as id, exists (select from transcripts where call_id = c.id) as told from calls c where customer_id = $1`,
    [customerId],
  );
  const truth = sandbox.truth();
  const held = new Set(rows.map(({ id }) => id));
  const ledger = options.polled.includes(played.id) ? [] : (sandbox.events?.ledger() ?? []);
  const arrived = ledger.filter(({ status }) => status === 200);
  const shouldBeNamed = options.polled.includes(played.id)
    ? []
    : [...found].filter(([id, call]) => call.startedAt >= toldSince && !isTold(id, call, arrived, graceMs + doubtMs));
  const mayNotBeNamed = [...found].filter(([id, call]) => isTold(id, call, arrived, graceMs - doubtMs));
  const named = await namedAs(hub, syncId);
  const waits = [...found].flatMap(([id, { storedAt, byLook }]) => {
    const first = arrived.find(({ about }) => about === id);
    return first?.sentAt === undefined ? [] : [{ ms: storedAt - first.sentAt, byLook }];
  });
  const looks = waits.filter(({ byLook, ms }) => byLook && ms >= 0).map(({ ms }) => ms);
  const count = (kind: EventEntry['kind']): number => ledger.filter(entry => entry.kind === kind).length;
  return {
    ...{ platform: played.id, calls: truth.length, missing: truth.filter(id => !held.has(id)).length },
    doubled: rows.length - held.size + rows.filter(({ id }) => !truth.includes(id)).length,
    wordless: rows.filter(({ told }) => !told).length,
    ...{ sent: count('sent'), dropped: count('dropped'), repeated: count('repeated') },
    reordered: ledger.filter(({ kind, isLate }) => kind === 'sent' && isLate).length,
    unannounced: shouldBeNamed.length,
    named: shouldBeNamed.filter(([id]) => named.has(id)).length,
    wronglyNamed: mayNotBeNamed.filter(([id]) => named.has(id)).length,
    ...{ looks: looks.length, p50: shareOf(looks, 0.5), p95: shareOf(looks, 0.95), most: shareOf(looks, 1) },
    byPoll: waits.length - looks.length,
    p95OfAll: shareOf(
      waits.map(({ ms }) => Math.max(0, ms)),
      0.95,
    ),
  };
}

/** The time that so large a share keeps to. */
export function shareOf(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
}

/** Whether an event told of a call so soon after it was found. What an event names is read here by the platforms' papers once more. */
function isTold(id: string, { foundAt, startedAt }: Found, arrived: readonly EventEntry[], withinMs: number): boolean {
  return arrived.some(({ about, event, toldAt = 0 }) => {
    if (toldAt > foundAt + withinMs) return false;
    if (about === id) return true;
    const { body, payload } = event as Told;
    const ended = Date.parse(body?.eventTime ?? '');
    // It says of no call which it is: all that can have been on at the time are told of.
    if (body !== undefined) return startedAt >= ended - 4 * hourMs - minuteMs && startedAt <= ended + minuteMs;
    const starts = payload?.object.recordings?.map(({ date_time }) => Date.parse(date_time)) ?? [];
    return starts.some(start => Math.abs(start - startedAt) <= minuteMs);
  });
}

interface Told {
  readonly body?: { readonly eventTime: string };
  readonly payload?: { readonly object: { readonly recordings?: readonly { readonly date_time: string }[] } };
}

async function namedAs(hub: TestHub, syncId: string): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for (let after: string | undefined; ; ) {
    const { gaps } = await hub.ask(
      `query ($id: ID!, $after: String) {
        gaps(syncId: $id, kind: UNANNOUNCED, first: 100, after: $after) { nodes { externalId } pageInfo { endCursor hasNextPage } }
      }`,
      { id: syncId, after },
    );
    for (const { externalId } of gaps.nodes) named.add(externalId);
    if (!gaps.pageInfo.hasNextPage) return named;
    after = gaps.pageInfo.endCursor;
  }
}
