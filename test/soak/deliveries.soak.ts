import { expect, test } from 'vitest';
import { playKills, points } from '../faults/deliveries/kills.js';

const kills = Math.max(points.length, Math.ceil(200 * Number(process.env['SOAK_SHARE'] ?? 1)));

test(`${kills} kills around commit, send and mark: nothing is lost, and each repeats one message at most`, async () => {
  const verdict = await playKills(
    Array.from({ length: kills }, (_, n) => points[n % points.length] ?? points[0]),
    done => {
      if (done % 20 === 0) console.info(`${done} of ${kills} kills`);
    },
  );
  console.info(JSON.stringify(verdict));

  expect(verdict).toMatchObject({ kills, lost: 0, invented: 0, different: 0, refused: 0, untold: 0 });
  expect(verdict.repeatedAtMost).toBeLessThanOrEqual(1);
});
