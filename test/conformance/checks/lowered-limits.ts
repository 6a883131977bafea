import type { SimulatedLimit } from '#connector';
import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'keeps to a limit that the platform has lowered, as its replies say',
  async run(subject) {
    const [tightest, ...others] = subject.simulator.limits.toSorted((a, b) => rateOf(a) - rateOf(b));
    claim(tightest !== undefined, 'the simulator has no limits');
    const limits = [{ ...tightest, requests: Math.ceil(tightest.requests / 6) }, ...others];
    const world = new World(subject, { limits, lacks: ['inline-transcripts'] });
    const { ids } = await walk(world);
    const refused = world.seen.filter(({ status }) => status === 429).length;
    claim(ids.length === 250, `${ids.length} of 250 calls were found`);
    claim(refused === 0, `was told to slow down ${refused} times in ${world.requests} requests`);
  },
};

function rateOf({ requests, seconds }: SimulatedLimit): number {
  return requests / seconds;
}
