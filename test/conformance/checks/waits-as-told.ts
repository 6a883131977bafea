import type { Check } from '../kit.js';
import { claim, claimSame } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

/** More than there are attempts, so that counting a wait as an attempt would fail the walk. */
const times = 7;
const seconds = 37;

export const check: Check = {
  fact: 'waits as long as it is told, and no attempt is spent',
  async run(subject) {
    const world = new World(subject, {
      fault: number => (number > 2 && number <= 2 + times ? subject.simulator.tooMany(seconds) : undefined),
    });
    const { ids } = await walk(world);
    claimSame(ids, world.ids, 'after the waits');
    const told = world.seen.flatMap(({ status }, i) => (status === 429 ? [i] : []));
    claim(told.length === times, `was told to wait ${told.length} times instead of ${times}`);
    for (const i of told) {
      const pause = (world.seen[i + 1]?.at ?? 0) - (world.seen[i]?.at ?? 0);
      claim(pause >= seconds * 1_000, `waited ${pause} ms instead of ${seconds} s`);
    }
  },
};
