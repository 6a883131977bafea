/**
 * Three days of business, of which the hours in which nothing happens are leapt over: three platforms that tell of calls and one that does
 * not, six hours in which no event arrives, and events that are lost, late and sent twice all the time.
 *
 * Limits are off there, because days are pressed into minutes and limits are not. Times are those of the machine: business time goes as
 * fast as its clock while anything is under way. Some minutes as they are, with the published limits, come besides.
 */
import { expect, test } from 'vitest';
import { liveDays } from '../kit/business-days.js';
import { liveMinutes } from '../kit/live-minutes.js';

const share = Number(process.env.SOAK_SHARE ?? 1);

test('days', async () => {
  const hours = 72 * share;
  const begun = performance.now();
  const days = await liveDays({
    platforms: ['ringcentral', 'zoom-phone', 'fathom'],
    polled: ['grain'],
    hours,
    callsEach: Math.round(300 * share),
    outage: { from: hours / 3, to: hours / 3 + 6 * Math.min(1, share * 4) },
    events: { drop: 0.05, duplicates: 0.1, late: 0.1 },
    ...{ leapMinutes: 6, lastLeapMinutes: 15 },
  });
  console.table(Object.fromEntries(days.map(({ platform, ...figures }) => [platform, figures])));
  console.info(
    `${hours} hours of business in ${Math.round((performance.now() - begun) / 1_000)} s; times in ms, from sending an event to the store.`,
  );

  for (const { platform, unannounced, named, ...seen } of days) {
    expect(seen, platform).toMatchObject({ missing: 0, doubled: 0, wordless: 0, wronglyNamed: 0 });
    expect(named, platform).toBe(unannounced);
    expect(Math.max(seen.p95, seen.p95OfAll), platform).toBeLessThan(10_000);
  }
  expect(days.reduce((sum, { unannounced }) => sum + unannounced, 0)).toBeGreaterThan(0);
});

test('minutes as they are, with the limits that the platforms publish', async () => {
  const platforms = await liveMinutes(['ringcentral', 'zoom-phone', 'fathom'], Math.max(1, 5 * share), 45);
  console.table(Object.fromEntries(platforms.map(({ platform, ...figures }) => [platform, figures])));

  for (const { platform, missing, p95 } of platforms) {
    expect(missing, platform).toBe(0);
    expect(p95, platform).toBeLessThan(10_000);
  }
});
