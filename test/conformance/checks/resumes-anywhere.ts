import type { Check } from '../kit.js';
import { claim, claimSame } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'misses nothing when it goes on from any checkpoint',
  async run(subject) {
    const world = new World(subject, { recordsPerPage: 40 });
    const { ids, checkpoints } = await walk(world);
    claim(checkpoints.length > 2, 'the account is too small to tell');
    for (const { place, stored } of checkpoints) {
      const rest = await walk(world, undefined, place);
      claimSame([...ids.slice(0, stored), ...rest.ids], world.ids, `from slice ${place.slice}, cursor ${place.cursor}`);
    }
  },
};
