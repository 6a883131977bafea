import type { Check } from '../kit.js';
import { claim, claimSame } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'loses no call when others appear on pages that were read already',
  async run(subject) {
    const late = Array.from({ length: 30 }, (_, index) => 140 + 2 * index);
    const world = new World(subject, { calls: 250, late, recordsPerPage: 40 });
    const before = world.ids;
    claim(before.length < 250, 'the simulator knows no calls that come late');
    let page = 0;
    const { ids } = await walk(world, undefined, undefined, () => {
      if (++page === 1) world.simulator.reveal();
    });
    claimSame(
      [...new Set(ids)].filter(id => before.includes(id)),
      before,
      'calls that were there from the start',
    );
  },
};
