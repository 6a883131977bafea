import type { Check } from '../kit.js';
import { claim, claimSame } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'reads a slice again from its start when its cursor has died',
  async run(subject) {
    const world = new World(subject, { calls: 1_000 });
    // From one list to the next it takes no cursor of the platform's.
    const isTheirs = (cursor: string) => subject.connector.calls.parts === undefined || !/^\d+ $/.test(cursor);
    const { checkpoints } = await walk(world);
    const cursors = checkpoints.filter(({ place }) => place.cursor !== undefined && isTheirs(place.cursor));
    claim(cursors.length > 0, 'the account is too small to have cursors');

    world.simulator.expireCursors();
    const [first] = cursors;
    const { ids, restarts } = await walk(world, undefined, first?.place);
    claim(restarts > 0, 'the dead cursor went unnoticed');
    claimSame(ids, world.ids, 'after the restart');
  },
};
