import type { Check } from '../kit.js';
import { claim, claimSame } from '../kit.js';
import { outsideAtMost, walk } from '../walk.js';
import { World } from '../world.js';

const part = { from: '2026-01-04T00:00:00.000Z', to: '2026-01-09T12:00:00.000Z' };

export const check: Check = {
  fact: 'stays inside the window',
  async run(subject) {
    const world = new World(subject);
    const { ids, outside, slices } = await walk(world, part);
    claimSame(ids, world.simulator.idsWithin(part.from, part.to), 'a part of the account');
    // Platforms differ on whether a bound belongs to the window; more than that is asking for too much.
    claim(outside <= outsideAtMost(world, part, slices), `${outside} calls were listed outside the window`);
  },
};
