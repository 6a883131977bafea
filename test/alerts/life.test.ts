import { describe, expect, test } from 'vitest';
import { AlertSeverity, AlertState } from '../../src/alerts/alert-kind.js';
import { countOn, gone, type Life, nextStep, seen } from '../../src/alerts/watch/advance.js';
import { findCohorts, type Sufferer } from '../../src/alerts/watch/find-cohorts.js';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.parse('2026-11-02T08:00:00Z');

function suspicion(at = start): Life {
  return {
    ...{ state: AlertState.PENDING, severity: AlertSeverity.ERROR, step: 0, firstSeenAt: new Date(at), openedAt: null },
    ...{ snoozedUntil: null, unstable: false, onsets: [new Date(at).toISOString()], calmSince: null, toldAt: null },
    ...{
      toldSeverity: null,
      toldStep: null,
      timesTold: 0,
      resolvedAt: null,
      acknowledgedAt: null,
      acknowledgedBy: null,
    },
    ...{ escalatesFrom: null, stepsTaken: 0 },
  };
}

const look = (life: Life, at: number, severity = AlertSeverity.ERROR, step = 0) =>
  seen(life, { severity, step }, { now: new Date(at), isSure: false, isHushed: false });
const calm = (life: Life, at: number) => gone(life, { now: new Date(at), isSure: false });

describe('an alert', () => {
  test('opens when two looks a minute apart have seen it, and was nothing when it is gone before', () => {
    const life = suspicion();

    expect(look(life, start + 30_000)).toBeUndefined();
    expect(calm(suspicion(), start + 45_000)).toBe('drop');
    expect(look(life, start + minute)).toEqual({ opened: true, tell: 'opened' });
    expect(look(life, start + 2 * minute)).toBeUndefined();
  });

  test('is told again when it gets worse or nearer, after a day, and then weekly', () => {
    const life = suspicion();
    look(life, start + minute, AlertSeverity.WARNING);
    const told = (at: number, severity = AlertSeverity.ERROR, step = 0): unknown => {
      const outcome = look(life, at, severity, step);
      return outcome === undefined || outcome === 'drop' ? undefined : outcome.tell;
    };

    expect(told(start + hour)).toBe('worse');
    expect(told(start + 2 * hour, AlertSeverity.WARNING)).toBeUndefined();
    expect(told(start + 3 * hour, AlertSeverity.ERROR, 1)).toBe('worse');
    const days = Array.from({ length: 60 }, (_, day) =>
      told(start + 3 * hour + (day + 1) * 24 * hour, AlertSeverity.WARNING, 1),
    );
    expect(days.flatMap((tell, day) => (tell === 'reminder' ? [day + 1] : []))).toEqual([
      7, 14, 21, 28, 35, 42, 49, 56,
    ]);
  });

  test('that is acknowledged or snoozed reminds nobody, but says when it gets worse', () => {
    for (const change of [{ state: AlertState.ACKNOWLEDGED }, { snoozedUntil: new Date(start + 48 * hour) }]) {
      const life = suspicion();
      look(life, start + minute, AlertSeverity.WARNING);
      Object.assign(life, change);

      expect(look(life, start + 25 * hour, AlertSeverity.WARNING)).toBeUndefined();
      expect(look(life, start + 26 * hour, AlertSeverity.ERROR)).toMatchObject({ tell: 'worse' });
    }
  });

  test('that nobody acknowledges is told to others after four hours, a day and three days, and then is in the weekly list', () => {
    const life = suspicion();
    const steps: unknown[] = [];
    const reminders: number[] = [];
    for (let at = start; at < start + 30 * 24 * hour; at += 15 * minute) {
      const outcome = look(life, at);
      if (typeof outcome !== 'object' || !('opened' in outcome)) continue;
      if (outcome.step !== undefined) steps.push(`${(at - start) / hour} ${outcome.step}`);
      if (outcome.tell === 'reminder') reminders.push((at - start) / hour);
    }

    expect(steps).toEqual(['4.25 FOUR_HOURS', '24.25 ONE_DAY', '72.25 THREE_DAYS']);
    expect(reminders).toEqual([24.25]);
  });

  test('that nobody looked at for days, or that was a part of something larger, does not go through all steps at once', () => {
    const life = suspicion();
    look(life, start + minute);
    const back = start + 80 * hour;
    const steps: unknown[] = [];
    for (let at = back; at < back + 80 * hour; at += 15 * minute) {
      const outcome = look(life, at);
      if (typeof outcome === 'object' && 'opened' in outcome && outcome.step !== undefined)
        steps.push(`${(at - back) / hour} ${outcome.step}`);
    }
    expect(steps).toEqual(['0 FOUR_HOURS', '20 ONE_DAY', '68 THREE_DAYS']);

    const part = suspicion();
    look(part, start + minute);
    countOn(part, new Date(back));
    expect(nextStep(part)).toEqual({ step: 'FOUR_HOURS', at: new Date(back + 4 * hour) });
    // A snooze lasts.
    const snoozed = new Date(back + 48 * hour);
    part.escalatesFrom = snoozed;
    countOn(part, new Date(back));
    expect(part.escalatesFrom).toEqual(snoozed);
  });

  test('that is a warning, acknowledged or hushed is told to nobody else, and what gets worse counts anew and is open again', () => {
    const life = suspicion();
    look(life, start + minute, AlertSeverity.WARNING);
    expect(look(life, start + 20 * hour, AlertSeverity.WARNING)).toBeUndefined();
    look(life, start + 21 * hour);
    Object.assign(life, { state: AlertState.ACKNOWLEDGED, acknowledgedAt: new Date(), acknowledgedBy: 'Ada' });
    expect(look(life, start + 30 * hour)).toBeUndefined();

    expect(look(life, start + 31 * hour, AlertSeverity.PAGE)).toEqual({ opened: false, tell: 'worse' });
    expect(life).toMatchObject({ state: AlertState.OPEN, acknowledgedBy: null });
    const hushed = { now: new Date(start + 36 * hour), isSure: false, isHushed: true };
    expect(seen(life, { severity: AlertSeverity.PAGE }, hushed)).toBeUndefined();
    expect(look(life, start + 36 * hour, AlertSeverity.PAGE)).toMatchObject({ step: 'FOUR_HOURS', tell: undefined });
    expect(look(life, start + 36 * hour, AlertSeverity.PAGE)).toBeUndefined();
  });

  test('that comes and goes every ten minutes for a day is told at most four times (N07)', () => {
    let life: Life | undefined;
    let onsets: string[] = [];
    const told: unknown[] = [];
    for (let at = start; at < start + 24 * hour; at += 15_000) {
      const isBad = Math.floor((at - start) / (10 * minute)) % 2 === 0;
      if (life === undefined && !isBad) continue;
      if (life === undefined) {
        life = suspicion(at);
        life.onsets = [...onsets, ...life.onsets];
      }
      const outcome = isBad ? look(life, at) : calm(life, at);
      if (typeof outcome === 'object' && outcome.tell !== undefined) told.push(outcome.tell);
      onsets = life.onsets;
      if (life.state === AlertState.RESOLVED || outcome === 'drop') life = undefined;
    }

    expect(told).toEqual(['opened', 'resolved', 'opened', 'unstable']);
    // Held until six hours were quiet, and then told once.
    const quiet = start + 24 * hour;
    expect(calm(life as Life, quiet)).toBeUndefined();
    expect(calm(life as Life, quiet + 5 * hour)).toBeUndefined();
    expect(calm(life as Life, quiet + 7 * hour)).toEqual({ resolved: true, tell: 'resolved' });
  });

  test('that nobody was told of ends without a word', () => {
    const life = suspicion();
    const hushed = { now: new Date(start + minute), isSure: false, isHushed: true };

    expect(seen(life, { severity: AlertSeverity.ERROR }, hushed)).toEqual({ opened: true, tell: undefined });
    expect(calm(life, start + hour)).toEqual({ resolved: true, tell: undefined });
  });
});

describe('many connections of one platform', () => {
  const crowd = (count: number, apartMs: number): Sufferer[] =>
    Array.from({ length: count }, (_, nth) => ({
      ...{ connectionId: `${nth}`, platform: 'gong', at: new Date(start + nth * apartMs), partOf: null },
    }));
  const totals = new Map([['gong', 25]]);
  const none = new Map<string, Date>();

  test('are one trouble from five and a fifth of them on, within a quarter of an hour', () => {
    expect(findCohorts(crowd(4, minute), new Map([['gong', 4]]), none)).toEqual([]);
    expect(findCohorts(crowd(5, minute), totals, none)).toMatchObject([{ connections: 5, of: 25 }]);
    expect(findCohorts(crowd(5, minute), new Map([['gong', 26]]), none)).toEqual([]);
    expect(findCohorts(crowd(20, 5 * minute), totals, none)).toEqual([]);
  });

  test('stay one trouble until fewer than half as many suffer', () => {
    const open = new Map([['gong', new Date(start)]]);

    expect(findCohorts(crowd(3, minute), totals, open)).toMatchObject([{ connections: 3 }]);
    expect(findCohorts(crowd(2, minute), totals, open)).toEqual([]);
  });
});
