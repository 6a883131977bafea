/**
 * One look at everything: what is wrong now, against the alerts that are known.
 *
 * One process looks at a time, in one transaction: alerts, the facts that tell of them and the notices to people are there
 * together or not at all. All times are business time, which tests can shift.
 */
import { randomUUID } from 'node:crypto';
import { LockMode } from '@mikro-orm/postgresql';
import { inTransaction, type Scope } from '../../scope.js';
import { businessNow } from '../../syncs/index.js';
import { Alert } from '../alert.entity.js';
import { listStanding } from '../escalation/list-standing.js';
import { AlertKind, AlertState, kindsOfAlert } from '../alert-kind.js';
import { type Finding, keyOf } from '../finding.js';
import { noteLook } from '../drill/drill.js';
import { signals } from '../signals/index.js';
import { countDays } from '../volume/count-days.js';
import { tellOfAlerts } from '../watch-alerts.js';
import { countOn, gone, type Outcome, recent, seen } from './advance.js';
import { apart } from './apart.js';
import { findCohorts, findingOf, type Sufferer } from './find-cohorts.js';
import { tell } from './tell.js';
import { tellOfImports } from './tell-of-imports.js';
import { withdrawNotices } from '../../notices/index.js';

/** @returns false when somebody else is looking. */
export async function lookAround(scope: Scope): Promise<boolean> {
  const changed = await inTransaction(scope, async inside => {
    const [turn] = await inside.em.execute<{ mine: boolean }[]>('select pg_try_advisory_xact_lock(7203) as mine');
    return turn?.mine === true ? look(inside) : undefined;
  });
  for (const customerId of changed ?? []) tellOfAlerts(scope, customerId);
  return changed !== undefined;
}

/** @returns the customers of whose alerts something is different now; null for the house. */
async function look(inside: Scope): Promise<ReadonlySet<string | null>> {
  const { em, connectors } = inside;
  const now = await businessNow(inside);
  const nameOf = (platform: string): string => connectors.get(platform)?.manifest.name ?? platform;
  await countDays(inside, now);
  const findings: Finding[] = [];
  for (const signal of signals) findings.push(...(await signal(inside, { now, nameOf })));
  const open = await em.find(
    Alert,
    { state: { $ne: AlertState.RESOLVED } },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  const known = new Map(open.map(alert => [alert.key, alert]));
  const sufferers = await unsettled(inside, sufferersOf(findings, known));
  const cohorts = findCohorts(sufferers, await connectionsInUse(inside), commonOf(open));
  findings.push(...cohorts.map(cohort => findingOf(cohort, nameOf(cohort.platform))));
  const changes = new Round(inside, now, known, await pastOf(inside, findings, known, now));
  // What many have in common comes first: what is a part of it refers to it.
  findings.sort((a, b) => Number(hasParts(b)) - Number(hasParts(a)));
  for (const finding of findings) await changes.see(finding);
  await changes.endTheRest(new Set(findings.map(keyOf)));
  await listStanding(inside, now);
  await tellOfImports(inside, nameOf);
  await em.flush();
  await noteLook(inside);
  return changes.customers;
}

function hasParts({ kind, parts }: Finding): boolean {
  return kind === AlertKind.MANY_CONNECTIONS || parts !== undefined;
}

/** What is explained by something else already makes no crowd. */
function sufferersOf(findings: readonly Finding[], known: ReadonlyMap<string, Alert>): Sufferer[] {
  const explained = new Set(findings.flatMap(({ parts = [] }) => parts));
  return findings.flatMap(finding => {
    const { kind, connectionId, platform, since, isEnding } = finding;
    if (kindsOfAlert[kind].mayBeCommon !== true || connectionId === undefined || platform === undefined) return [];
    if (explained.has(connectionId)) return [];
    const partOf = known.get(keyOf(finding))?.partOf ?? null;
    return isEnding ? [] : [{ connectionId, platform, at: since, partOf }];
  });
}

/** Without those of whom somebody has said that they have nothing in common: each is on its own then. */
async function unsettled({ em }: Scope, sufferers: readonly Sufferer[]): Promise<Sufferer[]> {
  const rows = await em.execute<{ platform: string; at: string }[]>(
    `select platform, max(resolved_at) as at from alerts
     where kind = 'MANY_CONNECTIONS' and resolved_by is not null and resolved_at > business_now() - interval '30 days' group by platform`,
  );
  const settledAt = new Map(rows.map(({ platform, at }) => [platform, Date.parse(at)]));
  return sufferers.filter(({ platform, at }) => at.getTime() > (settledAt.get(platform) ?? 0));
}

function commonOf(open: readonly Alert[]): ReadonlyMap<string, Date> {
  return new Map(
    open.flatMap(({ kind, platform, since }) =>
      kind === AlertKind.MANY_CONNECTIONS && platform !== null ? [[platform, since]] : [],
    ),
  );
}

async function connectionsInUse({ em }: Scope): Promise<ReadonlyMap<string, number>> {
  const rows = await em.execute<{ platform: string; count: number }[]>(
    "select platform, count(*)::integer as count from connections where credential_health <> 'disconnected' group by platform",
  );
  return new Map(rows.map(({ platform, count }) => [platform, count]));
}

/** What is known of earlier alerts of the same keys. */
interface Past {
  readonly onsets: readonly string[];
  /** A person has called this time resolved. */
  readonly settled: string | undefined;
  readonly unstable: boolean;
}

async function pastOf(
  { em }: Scope,
  findings: readonly Finding[],
  known: ReadonlyMap<string, Alert>,
  now: Date,
): Promise<ReadonlyMap<string, Past>> {
  const keys = findings.map(keyOf).filter(key => !known.has(key));
  if (keys.length === 0) return new Map();
  const rows = await em.execute<{ key: string; onsets: string[]; settled: string | null }[]>(
    `select distinct on (key) key, onsets, case when resolved_by is not null then occurrence end as settled
     from alerts where key = any (array(select jsonb_array_elements_text(?::jsonb))) order by key, first_seen_at desc`,
    [JSON.stringify(keys)],
  );
  return new Map(
    rows.map(({ key, onsets, settled }) => [
      key,
      { onsets: recent(onsets, now), settled: settled ?? undefined, unstable: false },
    ]),
  );
}

const neverTold = { toldAt: null, toldSeverity: null, toldStep: null, escalatesFrom: null, stepsTaken: 0 };

class Round {
  readonly customers = new Set<string | null>();
  /** Ids of the alerts that many have in common, by platform and by connection. */
  readonly #common = new Map<string, string>();

  constructor(
    readonly scope: Scope,
    readonly now: Date,
    readonly known: ReadonlyMap<string, Alert>,
    readonly past: ReadonlyMap<string, Past>,
  ) {}

  async see(finding: Finding): Promise<void> {
    const key = keyOf(finding);
    const before = this.known.get(key);
    if (before === undefined && (finding.isEnding || this.past.get(key)?.settled === finding.occurrence)) return;
    const alert = before ?? this.#suspect(key, finding);
    this.#describe(alert, finding);
    const { mayBeCommon, isSure = false } = kindsOfAlert[finding.kind];
    const partOf = mayBeCommon ? this.#commonFor(finding) : null;
    if (alert.partOf !== partOf) await this.#join(alert, partOf);
    const { now } = this;
    const isHushed = partOf !== null || finding.isHeld === true;
    await this.#settle(alert, () => seen(alert, finding, { now, isSure, isHushed }));
    if (finding.kind === AlertKind.MANY_CONNECTIONS) this.#common.set(finding.platform ?? '', alert.id);
    for (const part of finding.parts ?? []) this.#common.set(part, alert.id);
  }

  #commonFor({ connectionId = '', platform = '' }: Finding): string | null {
    return this.#common.get(connectionId) ?? this.#common.get(platform) ?? null;
  }

  async endTheRest(seenKeys: ReadonlySet<string>): Promise<void> {
    for (const alert of this.known.values()) {
      if (seenKeys.has(alert.key)) continue;
      const { isSure = false } = kindsOfAlert[alert.kind];
      await this.#settle(alert, () => gone(alert, { now: this.now, isSure }));
    }
  }

  /** It is a part of something larger now, or by itself again. */
  async #join(alert: Alert, partOf: string | null): Promise<void> {
    this.#note(Object.assign(alert, { partOf }));
    if (partOf === null) countOn(alert, this.now);
    if (partOf === null || alert.toldAt === null) return;
    const told = await withdrawNotices(this.scope, alert.id);
    // As if it had never been told, where nobody has read of it yet.
    if (told.size === 0) Object.assign(alert, { ...neverTold, timesTold: 0 });
  }

  #suspect(key: string, { kind, customerId, connectionId, platform }: Finding): Alert {
    const { now } = this;
    return this.scope.em.create(Alert, {
      ...{ id: randomUUID(), key, kind, customerId: customerId ?? null, connectionId: connectionId ?? null },
      ...{ platform: platform ?? null, state: AlertState.PENDING, firstSeenAt: now, updatedAt: now },
      onsets: [...(this.past.get(key)?.onsets ?? []), now.toISOString()],
      ...{ openedAt: null, acknowledgedAt: null, acknowledgedBy: null, snoozedUntil: null, resolvedAt: null },
      ...{ resolvedBy: null, resolvedBecause: null, partOf: null, unstable: false, calmSince: null },
      ...{ ...neverTold, timesTold: 0, escalations: [], details: {}, linkId: null, step: 0 },
    } as never);
  }

  #describe(alert: Alert, finding: Finding): void {
    const { severity, owner, problem, remedy, linkId = null, details = {}, occurrence } = finding;
    const isNew = alert.severity !== severity || alert.problem !== problem || alert.linkId !== linkId;
    Object.assign(alert, { owner, problem, remedy, linkId, occurrence });
    if (JSON.stringify(alert.details) !== JSON.stringify(details)) alert.details = details;
    alert.since ??= finding.since;
    if (isNew) this.#note(alert);
  }

  async #settle(alert: Alert, advance: () => Outcome): Promise<void> {
    const { toldAt, toldSeverity, toldStep, timesTold, escalatesFrom, stepsTaken, escalations } = alert;
    const { state, acknowledgedAt, acknowledgedBy } = alert;
    const outcome = advance();
    if (outcome === undefined) return;
    if (outcome === 'drop') {
      this.scope.em.remove(alert);
      return;
    }
    if ('resolved' in outcome) alert.resolvedBecause = 'It is not so any more.';
    this.#note(alert);
    const about = { alertId: alert.id, customerId: alert.customerId };
    if (await apart(this.scope, about, () => tell(this.scope, alert, outcome))) return;
    // What nobody was told of is told at the next look: it is not over before.
    Object.assign(alert, { toldAt, toldSeverity, toldStep, timesTold, escalatesFrom, stepsTaken, escalations });
    if (state === AlertState.ACKNOWLEDGED) Object.assign(alert, { state, acknowledgedAt, acknowledgedBy });
    if ('resolved' in outcome) Object.assign(alert, { state, resolvedAt: null, resolvedBecause: null });
  }

  #note(alert: Alert): void {
    alert.updatedAt = this.now;
    this.customers.add(alert.customerId);
  }
}
