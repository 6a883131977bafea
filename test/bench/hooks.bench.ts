import { expect, test } from 'vitest';
import { storm } from '../kit/event-storm.js';

const events = 10_000;

test(`${events} events three times each, 500 a second: effects once, answered in time`, async () => {
  const seen = await storm({ events, times: 3, perSecond: 500, awaySeconds: 0, kill: false });
  process.stdout.write(`${JSON.stringify(seen)}\n`);
  expect(seen).toMatchObject({
    byStatus: { 200: 3 * events },
    rows: events,
    eventsReceived: events,
    missing: 0,
    doubled: 0,
  });
  expect(seen.calls).toBe(seen.inAccount);
  expect(seen.p99).toBeLessThan(500);
});

test('nothing is missing that was acknowledged while the database was away for 60 seconds and the worker was killed', async () => {
  const seen = await storm({ events: 15_000, times: 3, perSecond: 500, awaySeconds: 60, kill: true });
  process.stdout.write(`${JSON.stringify(seen)}\n`);
  expect(seen).toMatchObject({ missing: 0, doubled: 0, calls: seen.inAccount });
  expect(seen.eventsReceived).toBe(seen.rows);
});
