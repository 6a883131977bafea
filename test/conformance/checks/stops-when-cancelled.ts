import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { failureOf, walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'stops within one request when it is cancelled',
  async run(subject) {
    const works = [(world: World) => world.check(), (world: World) => walk(world)];
    for (const [cancelAt, work] of works.flatMap(work => [1, 3].map(at => [at, work] as const))) {
      const world = new World(subject);
      world.fault = number => {
        if (number === cancelAt) world.cancel.abort(new Error('cancelled'));
        return undefined;
      };
      const error = await failureOf(work(world));
      // A check may be over before its third request.
      if (!world.cancel.signal.aborted) continue;
      claim(error instanceof Error && error.message === 'cancelled', `went on to ${String(error ?? 'a good end')}`);
      claim(world.requests === cancelAt, `asked ${world.requests - cancelAt} more times`);
    }
  },
};
