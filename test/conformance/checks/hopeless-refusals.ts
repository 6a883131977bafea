import { PlatformError, type Recovery } from '../../../src/core/errors.js';
import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { failureOf, walk } from '../walk.js';
import { World } from '../world.js';

const refusals: readonly (readonly [status: number, recovery: Recovery, asked: number])[] = [
  [400, 'stop', 1],
  [405, 'stop', 1],
  [422, 'stop', 1],
  // Once more, before the customer is called.
  [403, 'reconnect', 2],
];

export const check: Check = {
  fact: 'gives up at once on refusals that cannot get better',
  async run(subject) {
    for (const [status, recovery, asked] of refusals) {
      const world = new World(subject, { fault: () => ({ ...subject.simulator.fault(status), status }) });
      const error = await failureOf(walk(world));
      claim(error instanceof PlatformError && error.recovery === recovery, `ended ${status} with ${String(error)}`);
      claim(world.requests === asked, `asked ${world.requests} times in spite of ${status}`);
    }
  },
};
