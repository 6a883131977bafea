import { expect, test } from 'vitest';
import { openGate } from '../../src/sandbox/gate.js';

/** Arrivals in bursts and pauses, in milliseconds; the same every time. */
function arrivals(count: number): number[] {
  let [at, state] = [0, 12345];
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const roll = (state >>> 8) % 100;
    at += roll < 60 ? roll / 10 : roll * 15;
    return at;
  });
}

test('whatever second one looks at, no more than the limit came in, and nobody was refused without need', () => {
  const admit = openGate([{ requests: 3, seconds: 1 }]);
  const admitted: number[] = [];

  for (const at of arrivals(5000)) {
    const { admitted: comesIn, retryAfterSeconds, lateByMs } = admit(at);
    const within = admitted.filter(earlier => earlier > at - 1000);
    expect(comesIn).toBe(within.length < 3);
    if (comesIn) admitted.push(at);
    else {
      const opensAt = (within[0] ?? 0) + 1000;
      expect(lateByMs).toBeCloseTo(at - opensAt, 6);
      expect(at + retryAfterSeconds * 1000).toBeGreaterThanOrEqual(opensAt);
      expect(retryAfterSeconds).toBe(1);
    }
  }

  expect(admitted.length).toBeGreaterThan(1000);
  expect(admitted.length).toBeLessThan(4500);
});

test('a request just one window after the one three places before it comes in, a hair earlier it does not', () => {
  const admit = openGate([{ requests: 3, seconds: 1 }]);
  for (const at of [0, 10, 20]) admit(at);

  expect(admit(999.999).admitted).toBe(false);
  expect(admit(1000).admitted).toBe(true);
  expect(admit(1009).admitted).toBe(false);
});

test('the cap for the day says how long to wait, in whole seconds rounded up', () => {
  const admit = openGate([
    { requests: 3, seconds: 1 },
    { requests: 5, seconds: 86_400 },
  ]);
  for (const at of [0, 500, 1200, 1700, 2300]) admit(at);

  expect(admit(10_500)).toMatchObject({ admitted: false, lateByMs: -86_389_500, retryAfterSeconds: 86_390 });
  expect(admit(86_400_000).admitted).toBe(true);
});

test('a limit with a group counts what belongs to it, and replies tell how the tightest limit stands', () => {
  const admit = openGate([
    { requests: 4, seconds: 60 },
    { requests: 2, seconds: 60, group: 'heavy' },
  ]);

  const [first, second, third] = [0, 1_000, 2_000].map(at => {
    const { standing, ...admission } = admit(at, 'heavy');
    return { ...admission, standing: standing() };
  });
  const light = [admit(3_000), admit(4_000), admit(5_000)];

  expect(first?.standing).toEqual({ group: 'heavy', seconds: 60, limit: 2, remaining: 1, resetSeconds: 1 });
  expect(second?.standing).toEqual({ group: 'heavy', seconds: 60, limit: 2, remaining: 0, resetSeconds: 59 });
  expect(third).toMatchObject({ admitted: false, retryAfterSeconds: 58 });
  expect(light.map(({ admitted }) => admitted)).toEqual([true, true, false]);
  expect(admit(60_000, 'heavy').admitted).toBe(true);
});

test('a penalty begins anew with every request that is sent within it, and shuts only the limit that was overrun', () => {
  const admit = openGate([
    { requests: 2, seconds: 60, group: 'heavy', penaltySeconds: 60 },
    { requests: 2, seconds: 60, group: 'light', penaltySeconds: 60 },
  ]);
  for (const at of [0, 1_000]) admit(at, 'heavy');

  expect(admit(2_000, 'heavy')).toMatchObject({ admitted: false, retryAfterSeconds: 60 });
  expect(admit(3_000, 'light').admitted).toBe(true);
  // Without it, there would be room again by now.
  expect(admit(61_999, 'heavy')).toMatchObject({ admitted: false, lateByMs: -1, retryAfterSeconds: 60 });
  expect(admit(121_998, 'heavy').admitted).toBe(false);
  expect(admit(181_998, 'heavy').admitted).toBe(true);
});
