import { expect, test } from 'vitest';
import { type Storm, storm } from '../kit/event-storm.js';

const events = 10_000;
/** Hooks of others, so that what is found is found by its key. */
const others = 5_000;

/** Prints what was seen, one figure a line. */
function tell(title: string, seen: Storm): void {
  const rows = Object.entries(seen).map(([name, figure]) => `  ${name.padEnd(14)} ${JSON.stringify(figure)}`);
  process.stdout.write(`${[title, ...rows].join('\n')}\n`);
}

test(`${events} events three times each, 500 a second, among ${others} hooks: effects once, answered in time`, async () => {
  const seen = await storm({ events, times: 3, perSecond: 500, awaySeconds: 0, kill: false, others });
  tell('in order', seen);
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
  const seen = await storm({ events: 15_000, times: 3, perSecond: 500, awaySeconds: 60, kill: true, others });
  tell('with the database away', seen);
  expect(seen).toMatchObject({ missing: 0, doubled: 0, calls: seen.inAccount });
  expect(seen.eventsReceived).toBe(seen.rows);
});
