import { countCalls } from '../../../src/engine/index.js';
import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { walk } from '../walk.js';
import { window, World } from '../world.js';

const part = { from: '2026-01-04T00:00:00.000Z', to: '2026-01-09T12:00:00.000Z' };

export const check: Check = {
  fact: 'previews as many calls as listing then finds',
  async run(subject) {
    for (const [calls, asked] of [
      [250, window],
      [250, part],
      [0, window],
    ] as const) {
      const world = new World(subject, { calls });
      const counted = await countCalls(subject.connector, world.ask, 'check', asked);
      const { ids } = await walk(world, asked);
      claim(counted === ids.length, `previewed ${counted} and found ${ids.length}`);
    }
  },
};
