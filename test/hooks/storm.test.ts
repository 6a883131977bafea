import { expect, test } from 'vitest';
import { storm } from '../kit/event-storm.js';

/** The whole figures: `npm run bench hooks`. */
test('what was acknowledged is there and done once, though the database goes away', async () => {
  const seen = await storm({ events: 100, times: 3, perSecond: 100, awaySeconds: 1, kill: false });
  console.info(JSON.stringify(seen));

  expect(seen).toMatchObject({ sent: 300, missing: 0, doubled: 0, calls: seen.inAccount });
  expect(seen.acknowledged).toBeGreaterThan(0);
  expect(seen.eventsReceived).toBe(seen.rows);
  expect(Object.keys(seen.byStatus).every(status => status === '200' || status === '503')).toBe(true);
}, 120_000);
