import { PlatformError, type Recovery } from '../../../src/core/errors.js';
import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { failureOf, walk } from '../walk.js';
import { World } from '../world.js';

const refusals: readonly (readonly [status: number, recovery: Recovery])[] = [
  [400, 'stop'],
  [405, 'stop'],
  [422, 'stop'],
  [403, 'reconnect'],
];

export const check: Check = {
  fact: 'gives up at once on refusals that cannot get better',
  async run(subject) {
    for (const [status, recovery] of refusals) {
      const world = new World(subject, { fault: () => ({ ...subject.simulator.fault(status), status }) });
      const error = await failureOf(walk(world));
      claim(error instanceof PlatformError && error.recovery === recovery, `ended ${status} with ${String(error)}`);
      claim(world.requests === 1, `asked ${world.requests} times in spite of ${status}`);
    }
  },
};
