import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'is never told to slow down, because its limits are those of the platform',
  async run(subject) {
    const world = new World(subject, { calls: 1_500 });
    await world.check();
    await walk(world);
    const refused = world.seen.filter(({ status }) => status === 429).length;
    claim(
      world.requests > subject.simulator.limits.reduce((least, { requests }) => Math.min(least, requests), Infinity),
      'too few requests to tell',
    );
    claim(refused === 0, `was told to slow down ${refused} times in ${world.requests} requests`);
  },
};
