import { describe, expect, test } from 'vitest';
import { SyncCadence } from '../../src/syncs/cadence.js';
import { nextSlot, type Schedule, shortestGapSeconds } from '../../src/syncs/schedule.js';

const id = '0b7d1c8e-5a0f-4a7e-9d55-3f3f2f6b1a10';
const none = { pollMinutes: 1, cron: null, timeZone: null, dailyAt: null, nightFrom: null, nightTo: null };
const cron = (pattern: string, timeZone: string): Schedule => ({
  ...{ ...none, cadence: SyncCadence.CRON, cron: pattern, timeZone },
});

/** Every slot that starts in `[from, to)`, in order. */
function slots(schedule: Schedule, from: string, to: string): string[] {
  const found: string[] = [];
  let after = new Date(Date.parse(from) - 1);
  for (;;) {
    const next = nextSlot(id, schedule, after);
    if (next === undefined || next.dueAt >= new Date(to)) return found;
    found.push(next.slotAt.toISOString());
    after = next.dueAt;
  }
}

/** Each with the moment of a skipped local time, the first moment behind the gap, and that of a doubled one, the first of the two. */
const changes = [
  ['Europe/Berlin', '30 2 * * *', '2026-03-29', '2026-03-29T01:00:00.000Z', '2026-10-25', '2026-10-25T00:30:00.000Z'],
  ['America/New_York', '30 2 * * *', '2026-03-08', '2026-03-08T07:00:00.000Z', undefined, undefined],
  ['America/New_York', '30 1 * * *', undefined, undefined, '2026-11-01', '2026-11-01T05:30:00.000Z'],
  ['Australia/Lord_Howe', '15 2 * * *', '2026-10-04', '2026-10-03T15:30:00.000Z', undefined, undefined],
  ['Australia/Lord_Howe', '45 1 * * *', undefined, undefined, '2026-04-05', '2026-04-04T14:45:00.000Z'],
  ['America/Santiago', '30 0 * * *', '2026-09-06', '2026-09-06T04:00:00.000Z', undefined, undefined],
  ['America/Santiago', '30 23 * * *', undefined, undefined, '2026-04-04', '2026-04-05T02:30:00.000Z'],
  ['Africa/Cairo', '30 0 * * *', '2026-04-24', '2026-04-23T22:00:00.000Z', undefined, undefined],
  ['Africa/Cairo', '30 23 * * *', undefined, undefined, '2026-10-29', '2026-10-29T20:30:00.000Z'],
  [
    'Pacific/Auckland',
    '30 2 * * *',
    '2026-09-27',
    '2026-09-26T14:00:00.000Z',
    '2026-04-05',
    '2026-04-04T13:30:00.000Z',
  ],
] as const;

describe.each(changes)('in %s by %s', (zone, pattern, skippedOn, skipped, doubledOn, doubled) => {
  test('every day of the year has one slot', () => {
    const year = slots(cron(pattern, zone), '2026-01-02T00:00:00Z', '2026-12-31T00:00:00Z');
    const days = year.map(slot => new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date(slot)));
    expect(new Set(days).size).toBe(days.length);
    expect(Math.abs(days.length - 363)).toBeLessThanOrEqual(1);
    if (skippedOn !== undefined) expect(year[days.indexOf(skippedOn)]).toBe(skipped);
    if (doubledOn !== undefined) expect(year[days.indexOf(doubledOn)]).toBe(doubled);
  });
});

test('several local times in one gap run once, and times behind it as ever', () => {
  const day = slots(cron('0,30 2,3 * * *', 'Europe/Berlin'), '2026-03-29T00:00:00Z', '2026-03-29T12:00:00Z');
  expect(day).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-29T01:30:00.000Z']);
});

test('a turn that comes every quarter of an hour runs each local time once where the clock is set back', () => {
  const night = slots(cron('*/15 * * * *', 'Europe/Berlin'), '2026-10-24T22:00:00Z', '2026-10-25T03:00:00Z');
  expect(night).toHaveLength(16);
  expect(new Set(night).size).toBe(16);
});

test.each([
  [SyncCadence.EVERY_MINUTE, 60],
  [SyncCadence.HOURLY, 3_600],
])('%s knows no clock changes', (cadence, seconds) => {
  const found = slots({ ...none, cadence }, '2026-10-24T22:00:00Z', '2026-10-25T03:00:00Z').map(Date.parse);
  expect(found).toHaveLength((5 * 3_600) / seconds);
  expect(found.slice(1).every((slot, i) => slot - (found[i] as number) === seconds * 1_000)).toBe(true);
});

test('a night is one moment of its own between its bounds, across midnight too', () => {
  const night = {
    ...none,
    cadence: SyncCadence.NIGHT,
    timeZone: 'Europe/Berlin',
    nightFrom: '23:00',
    nightTo: '04:00',
  };
  const week = slots(night, '2026-05-04T12:00:00Z', '2026-05-11T12:00:00Z').map(slot => slot.slice(11));
  expect(week).toHaveLength(7);
  expect(new Set(week).size).toBe(1);
  // 23:00 to 04:00 in summer.
  expect(week[0]?.startsWith('21') || week[0]?.startsWith('22') || (week[0] ?? '') < '02').toBe(true);
});

test('syncs that are due in the same minute are spread over it, each always by as much', () => {
  const schedule = { ...none, cadence: SyncCadence.EVERY_MINUTE };
  const after = new Date('2026-05-04T12:00:00Z');
  const seconds = Array.from({ length: 600 }, (_, i) => nextSlot(`sync ${i}`, schedule, after)?.dueAt.getUTCSeconds());
  expect(new Set(seconds).size).toBe(60);
  expect(nextSlot('sync 1', schedule, after)).toEqual(nextSlot('sync 1', schedule, after));
});

test.each([
  ['*/5 * * * *', 300],
  ['0 6 * * 1-5', 86_400],
  ['0,1 6 * * *', 60],
  ['0 0 1 1 *', 86_400],
])('the shortest time between two turns of %s is known', (pattern, seconds) => {
  expect(shortestGapSeconds(cron(pattern, 'UTC'))).toBe(seconds);
});
