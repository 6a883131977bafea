import { expect, test } from 'vitest';
import { ratesOf } from '../alerts/year-of-days.js';
import { replay } from '../alerts/replay.js';

const days = Number(process.env['VOLUME_DAYS'] ?? 5_000);
const percent = (share: number): string => `${(share * 100).toFixed(3)} %`;

/** What may be called unusual of what is not, as the design's simulation found it, with room for chance. */
const rows = [
  { mean: 10, cv2: 0.1, mostFalse: 0.004, stopSeen: 0.6 },
  { mean: 20, cv2: 0.1, mostFalse: 0.003, stopSeen: 0.99 },
  { mean: 100, cv2: 0.1, mostFalse: 0.002, stopSeen: 0.999 },
  { mean: 1_000, cv2: 0.1, mostFalse: 0.002, stopSeen: 0.999 },
  { mean: 20, cv2: 0.3, mostFalse: 0.008, stopSeen: 0.95 },
  { mean: 100, cv2: 0.3, mostFalse: 0.004, stopSeen: 0.999 },
];

test.each(rows)(
  'of ordinary days with $mean calls on average few are called unusual',
  ({ mean, cv2, mostFalse, stopSeen }) => {
    const rates = ratesOf(mean, cv2, days, mean);
    process.stdout.write(
      `${mean} a day, CV² ${cv2}, ${days} days: false stop ${percent(rates.stop)}, drop ${percent(rates.drop)}, surge ${percent(rates.surge)}; ` +
        `stop seen on day 1 ${percent(rates.stopSeen)}, -90 % in 2 days ${percent(rates.ninetySeen)}, x8 on day 1 ${percent(rates.eightfoldSeen)}\n`,
    );

    expect(rates.stop + rates.drop + rates.surge).toBeLessThan(mostFalse);
    expect(rates.stopSeen).toBeGreaterThanOrEqual(stopSeen);
  },
);

test('ninety days of two hundred connections: what is wrong is found, and little else is said (N03)', () => {
  const figures = replay(7);
  process.stdout.write(`${JSON.stringify(figures)}\n`);

  expect(figures.found).toMatchObject({ stop: 12, expiry: 8, flap: 6, outage: 3 });
  expect(figures.precision).toBeGreaterThanOrEqual(0.9);
  expect(figures.falseWarningsAWeekPerThousand).toBeLessThanOrEqual(2.5);
  expect(figures).toMatchObject({ onHolidays: 0, toldBeforeInOutages: 0 });
  expect(figures.mostMessagesOfAFlap).toBeLessThanOrEqual(4);
});
