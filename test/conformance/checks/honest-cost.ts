import { requestsFor } from '../../../src/catalog/throughput.js';
import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

const calls = 500;
/** Some calls have more than one recording, replies may be cut into pages of their own, and the last page is seldom full. */
const most = 2;

export const check: Check = {
  fact: 'costs about as many requests as the matrix says of it',
  async run(subject) {
    const world = new World(subject, { calls });
    const { ids, slices } = await walk(world);
    const lists = slices * (subject.connector.calls.parts?.length ?? 1);
    const told = Math.ceil((requestsFor(subject.connector, 1_000) * calls) / 1_000);
    const sent = world.seen.filter(({ isFile }) => !isFile).length;
    claim(ids.length === calls, `${ids.length} of ${calls} calls were found`);
    claim(sent <= most * told + 2 * lists, `sent ${sent} requests where ${told} are told`);
    claim(sent >= 0.8 * told - lists, `sent ${sent} requests only, where ${told} are told`);
  },
};
