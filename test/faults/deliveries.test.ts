import { expect, test } from 'vitest';
import { playKills, type Point } from './deliveries/kills.js';

/** Around commit, send and mark; all points, and 200 kills, in `npm run soak deliveries`. */
const few: readonly Point[] = ['before news of syncs', 'after message reply', 'noting committed'];

test('a hub that is killed while it tells of something loses nothing, and repeats one message at most', async () => {
  const verdict = await playKills(few);

  console.info(`A share of npm run soak deliveries (${few.length} kills of 200): ${JSON.stringify(verdict)}`);
  expect(verdict).toMatchObject({ kills: few.length, lost: 0, invented: 0, different: 0, refused: 0, untold: 0 });
  expect(verdict.changes).toBeGreaterThan(0);
  expect(verdict.repeatedAtMost).toBeLessThanOrEqual(1);
  expect(verdict.repeated).toBeGreaterThan(0);
}, 180_000);
