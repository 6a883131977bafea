import { expect, test } from 'vitest';
import { playRounds } from '../faults/tokens/callers.js';
import { openTokenWorld } from '../faults/tokens/world.js';
import { startKeeper } from '../kit/keeper-processes.js';

const [rounds, callers] = [20, 1_000];

test.each([50, 1_000, 5_000])(
  `${callers} callers of an expired token in 3 processes, ${rounds} rounds, at %i ms`,
  async latencyMs => {
    const world = await openTokenWorld();
    const env = { ...world.env, PATCHBAY_ROLE: 'api' };
    const processes = await Promise.all([1, 2, 3].map(() => startKeeper(env)));
    const played = await playRounds(world, processes, { rounds, callers, latencyMs });
    await Promise.all(processes.map(each => each.end()));
    await world.close();

    const worst = Math.max(...played.map(({ lastMs }) => lastMs));
    const goal = latencyMs * 1.15 + 100;
    console.info(
      `last caller after ${worst.toFixed(0)} ms at most (goal ${goal.toFixed(0)}), ${played.reduce((sum, each) => sum + each.failures, 0)} failures`,
    );
    for (const { refreshes, failures, tokens } of played)
      expect({ refreshes, failures, tokens }).toEqual({ refreshes: 1, failures: 0, tokens: 1 });
    expect(worst).toBeLessThanOrEqual(goal);
  },
);
