/**
 * Ninety days of two hundred connections in which it is known what goes wrong: what the watch makes of them.
 *
 * Days are judged as the hub judges them, alerts live as they do there, and many that go bad at once are one. Only the
 * database is left out.
 */
import { AlertSeverity, AlertState } from '../../src/alerts/alert-kind.js';
import { gone, type Life, recent, seen } from '../../src/alerts/watch/advance.js';
import { findCohorts, type Sufferer } from '../../src/alerts/watch/find-cohorts.js';
import { type Day, isHoliday, isLow, judgeDay } from '../../src/alerts/volume/judge-day.js';
import { businessDays, callsOfDay, seeded } from './year-of-days.js';

const connections = 200;
const replayed = 90;
const before = 45;
const hour = 3_600_000;
const minute = 60_000;

type Trouble = 'stop' | 'drop' | 'surge' | 'expiry' | 'flap' | 'outage';

interface Incident {
  readonly trouble: Trouble;
  /** Index of the connection; of a platform's outage the platform. */
  readonly at: number;
  readonly from: number;
  readonly days: number;
}

export interface Replay {
  readonly incidents: Readonly<Record<Trouble, number>>;
  readonly found: Readonly<Record<Trouble, number>>;
  readonly alerts: number;
  readonly falseAlerts: number;
  readonly onHolidays: number;
  readonly toldBeforeInOutages: number;
  readonly mostMessagesOfAFlap: number;
  readonly precision: number;
  readonly recall: number;
  readonly falseWarningsAWeekPerThousand: number;
}

export function replay(seed: number): Replay {
  const random = seeded(seed);
  const names = businessDays(before + replayed);
  const means = Array.from({ length: connections }, () => Math.round(20 * 50 ** random()));
  const taken = new Set<number>();
  const pick = (): number => {
    for (;;) {
      const one = Math.floor(random() * connections);
      if (!taken.has(one)) {
        taken.add(one);
        return one;
      }
    }
  };
  const make = (trouble: Trouble, count: number, days: number): Incident[] =>
    Array.from({ length: count }, () => ({
      trouble,
      at: pick(),
      from: before + 5 + Math.floor(random() * (replayed - 15)),
      days,
    }));
  const [stops, drops, surges] = [make('stop', 12, 3), make('drop', 20, 4), make('surge', 10, 2)];
  const holidays = new Set([before + 20, before + 60]);
  const volume = new Map([...stops, ...drops, ...surges].map(incident => [incident.at, incident]));
  const days = means.map((mean, at) => {
    const incident = volume.get(at);
    return names.map((on, day): Day => {
      const isIn = incident !== undefined && day >= incident.from && day < incident.from + incident.days;
      const factor = holidays.has(day) ? 0.02 : isIn ? factors[incident.trouble as 'stop'] : 1;
      return { on, calls: factor === 0 ? 0 : callsOfDay(random, mean * factor, 0.1) };
    });
  });
  const judged = judgeAll(days, names.length, holidays, volume);
  const flaps = make('flap', 6, 1);
  const expiries = make('expiry', 8, 14);
  const outages = [0, 1, 2];
  const told = flaps.map(flapOnce);
  const foundOutages = outages.map(platform => outage(platform, random));
  const foundExpiries = expiries.map(expire);
  const incidents = { stop: 12, drop: 20, surge: 10, expiry: 8, flap: 6, outage: 3 };
  const found = {
    ...judged.found,
    expiry: foundExpiries.filter(Boolean).length,
    flap: told.filter(messages => messages > 0).length,
    outage: foundOutages.filter(({ isOne }) => isOne).length,
  };
  const hits = Object.values(found).reduce((sum, count) => sum + count, 0);
  const alerts = hits + judged.falseAlerts;
  const all = Object.values(incidents).reduce((sum, count) => sum + count, 0);
  return {
    ...{ incidents, found, alerts, falseAlerts: judged.falseAlerts, onHolidays: judged.onHolidays },
    toldBeforeInOutages: foundOutages.reduce((sum, { toldBefore }) => sum + toldBefore, 0),
    mostMessagesOfAFlap: Math.max(...told),
    ...{ precision: hits / alerts, recall: hits / all },
    falseWarningsAWeekPerThousand: (judged.falseAlerts / (replayed / 5)) * (1_000 / connections),
  };
}

const factors = { stop: 0, drop: 0.05, surge: 10 } as const;

function judgeAll(days: Day[][], count: number, holidays: ReadonlySet<number>, volume: ReadonlyMap<number, Incident>) {
  const found = { stop: 0, drop: 0, surge: 0 };
  const hit = new Set<Incident>();
  let [falseAlerts, onHolidays] = [0, 0];
  for (let day = before; day < count; day++) {
    const verdicts = days.map(own => judgeDay(own.slice(0, day + 1)));
    const lows = days.map(own => isLow(own.slice(0, day + 1)));
    const holds = isHoliday(lows.filter(Boolean).length, days.length);
    for (const [at, verdict] of verdicts.entries()) {
      const own = days[at] as Day[];
      const isHeld = holds && lows[at] === true;
      if (isHeld || verdict !== undefined) own[day] = { ...(own[day] as Day), isOdd: true };
      if (isHeld || verdict === undefined) continue;
      if (holidays.has(day)) onHolidays++;
      const incident = volume.get(at);
      const isOfIt = incident !== undefined && day >= incident.from && day < incident.from + incident.days + 1;
      if (!isOfIt) falseAlerts++;
      else if (!hit.has(incident)) {
        hit.add(incident);
        found[incident.trouble as 'stop']++;
      }
    }
  }
  return { found, falseAlerts, onHolidays };
}

function suspicion(at: number, onsets: readonly string[] = []): Life {
  return {
    ...{ state: AlertState.PENDING, severity: AlertSeverity.ERROR, step: 0, firstSeenAt: new Date(at), openedAt: null },
    ...{ snoozedUntil: null, unstable: false, onsets: [...recent(onsets, new Date(at)), new Date(at).toISOString()] },
    ...{ calmSince: null, toldAt: null, toldSeverity: null, toldStep: null, timesTold: 0, resolvedAt: null },
    ...{ acknowledgedAt: null, acknowledgedBy: null, escalatesFrom: null, stepsTaken: 0 },
  };
}

/** Every ten minutes for a day. @returns how often people were told. */
function flapOnce(): number {
  let life: Life | undefined;
  let onsets: string[] = [];
  let told = 0;
  for (let at = 0; at < 24 * hour; at += minute) {
    const isBad = Math.floor(at / (10 * minute)) % 2 === 0;
    if (isBad) life ??= suspicion(at, onsets);
    if (life === undefined) continue;
    const now = new Date(at);
    const outcome = isBad
      ? seen(life, { severity: AlertSeverity.ERROR }, { now, isSure: false, isHushed: false })
      : gone(life, { now, isSure: false });
    if (typeof outcome === 'object' && outcome.tell !== undefined) told++;
    onsets = life.onsets;
    if (life.resolvedAt !== null || outcome === 'drop') life = undefined;
  }
  return told;
}

/** From fourteen days before the end, looked at each hour. @returns whether each of the four steps was told. */
function expire(): boolean {
  const life = suspicion(0);
  let told = 0;
  for (let at = 0; at < 14 * 24 * hour; at += hour) {
    const left = 14 - at / (24 * hour);
    const step = [14, 7, 3, 1].filter(days => left <= days).length - 1;
    const severity = left > 3 ? AlertSeverity.WARNING : AlertSeverity.ERROR;
    const outcome = seen(life, { severity, step }, { now: new Date(at), isSure: true, isHushed: false });
    if (typeof outcome === 'object' && (outcome.tell === 'opened' || outcome.tell === 'worse')) told++;
  }
  return told === 4;
}

/** All connections of a platform fail within five minutes, and recover after two hours. */
function outage(platform: number, random: () => number): { isOne: boolean; toldBefore: number } {
  const starts = Array.from({ length: 60 }, () => random() * 5 * minute);
  let [cohorts, toldBefore] = [0, 0];
  const open = new Map<string, Date>();
  const name = `platform-${platform}`;
  for (let at = 0; at < 2 * hour; at += 15_000) {
    const suffering: Sufferer[] = starts.flatMap((start, nth) =>
      start <= at ? [{ connectionId: `${nth}`, platform: name, at: new Date(start), partOf: null }] : [],
    );
    const [cohort] = findCohorts(suffering, new Map([[name, 60]]), open);
    if (cohort !== undefined && !open.has(name)) {
      open.set(name, cohort.since);
      cohorts++;
      // A minute of doubt, and half a minute of waiting for others: what is older has been told already.
      toldBefore = starts.filter(start => at - start > 90_000).length;
    }
  }
  return { isOne: cohorts === 1, toldBefore };
}
