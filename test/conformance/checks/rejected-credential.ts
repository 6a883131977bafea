import { PlatformError } from '../../../src/core/errors.js';
import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { failureOf, walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'asks for reconnection when the credential is rejected, and does not try again',
  async run(subject) {
    const secret = Object.fromEntries(
      Object.entries(subject.simulator.secret).map(([name, value]) => [name, `${value}x`]),
    );
    for (const work of [(world: World) => world.check(), (world: World) => walk(world)]) {
      const world = new World(subject, { secret });
      const error = await failureOf(work(world));
      claim(error instanceof PlatformError && error.recovery === 'reconnect', `ended with ${String(error)}`);
      claim(error.code === 'CREDENTIAL_REJECTED', `the code is ${error.code}`);
      claim(world.requests === 1, `asked ${world.requests} times`);
    }
  },
};
