import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'comes to its end on an account that is empty or shows nothing',
  async run(subject) {
    for (const options of [{ calls: 0 }, { invisible: true }]) {
      const { ids, unusable } = await walk(new World(subject, options));
      claim(ids.length === 0 && unusable.length === 0, 'found something in an empty account');
    }
  },
};
