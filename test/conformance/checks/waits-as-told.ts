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
    const world: World = new World(subject, {
      fault: number =>
        number > 2 && number <= 2 + times ? subject.simulator.tooMany(seconds, world.time.now()) : undefined,
    });
    const { ids } = await walk(world);
    claimSame(ids, world.ids, 'after the waits');
    const told = world.seen.flatMap(({ status }, i) => (status === 429 ? [i] : []));
    claim(told.length === times, `was told to wait ${told.length} times instead of ${times}`);
    // Lookups of single calls go side by side: those under way are innocent.
    const underWay = subject.connector.transcriptOfCall === undefined ? 0 : 3;
    for (const i of told) {
      const until = (world.seen[i]?.at ?? 0) + seconds * 1_000;
      const early = world.seen.slice(i + 1).filter(({ at }) => at < until).length;
      claim(early <= underWay, `asked ${early} times within ${seconds} s of being told to wait`);
    }
  },
};
