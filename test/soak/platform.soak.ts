import { expect, test } from 'vitest';
import { refusals, trouble } from '../faults/scenarios/platform.js';

const calls = Math.ceil(20_000 * Number(process.env['SOAK_SHARE'] ?? 1));

test('a platform that fails now and then costs little more than its faults', async () => {
  const { injected, needed, wasted, byFault } = await trouble(calls);
  console.info(
    `${calls} calls, 3 % 500, 1 % 502, 2 % cut, 1 % dead cursors, 3 % duplicates, disorder: ${injected} faults ${JSON.stringify(byFault)}, ` +
      `${needed} requests needed, ${wasted} wasted, ${(wasted / injected).toFixed(2)} a fault (at most 1.5)`,
  );
  expect(wasted).toBeLessThanOrEqual(1.5 * injected);
});

test('a platform that refuses 30 % of all requests is never asked before its time', async () => {
  const { requests, refused, inForbiddenTime } = await refusals(calls);
  console.info(
    `${calls} calls, 30 % × 429: ${requests} requests, ${refused} refused, ${inForbiddenTime} in forbidden time`,
  );
  expect(inForbiddenTime).toBe(0);
});
