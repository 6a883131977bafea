/** The whole figures, of three days: `npm run soak days`. */
import { expect, test } from 'vitest';
import { liveDays } from '../kit/business-days.js';

test('every call comes home once, and each that no event told of is named, though events are lost, late and repeated', async () => {
  const days = await liveDays({
    platforms: ['ringcentral', 'zoom-phone', 'fathom'],
    polled: [],
    hours: 1.5,
    callsEach: 9,
    outage: { from: 0.7, to: 1.5 },
    events: { drop: 0.1, duplicates: 0.3, late: 0.3 },
    ...{ leapMinutes: 15, lastLeapMinutes: 40 },
  });
  console.info(JSON.stringify(days));

  for (const { platform, unannounced, named, ...seen } of days) {
    expect(seen, platform).toMatchObject({ calls: 9, missing: 0, doubled: 0, wordless: 0, wronglyNamed: 0 });
    expect(named, platform).toBe(unannounced);
    expect(seen.sent, platform).toBeGreaterThan(0);
    expect(seen.dropped, platform).toBeGreaterThan(0);
  }
  expect(days.reduce((sum, { unannounced }) => sum + unannounced, 0)).toBeGreaterThan(0);
});
