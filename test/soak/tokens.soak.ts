import { expect, test } from 'vitest';
import { crashes, isLost, playKill } from '../faults/tokens/kills.js';
import { openTokenWorld } from '../faults/tokens/world.js';
import { startKeeper } from '../kit/keeper-processes.js';

const times = Math.max(1, Math.ceil(10 * Number(process.env['SOAK_SHARE'] ?? 1)));

test.each(['none', 'strict', 'grace', 'replay'] as const)(
  `kill -9 at every step of a refresh, ${times} times each: %s`,
  async rotation => {
    const world = await openTokenWorld();
    const survivor = await startKeeper({ ...world.env, PATCHBAY_ROLE: 'worker' });
    try {
      for (const crash of crashes) {
        const startedAt = performance.now();
        let [kept, lost] = [0, 0];
        for (let round = 0; round < times; round++) {
          const { health, presented, facts } = await playKill(world, survivor, rotation, crash);
          if (health === 'VALID') kept += 1;
          else {
            lost += 1;
            expect([presented, facts]).toEqual([2, 1]);
          }
        }
        const seconds = ((performance.now() - startedAt) / times / 1_000).toFixed(1);
        console.info(`${rotation}, ${crash}: ${kept} kept, ${lost} lost, ${seconds} s each`);
        expect([kept, lost]).toEqual(isLost(rotation, crash) ? [0, times] : [times, 0]);
      }
    } finally {
      await survivor.end();
      await world.close();
    }
  },
);
