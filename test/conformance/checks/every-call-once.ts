import type { Check } from '../kit.js';
import { claim, claimSame } from '../kit.js';
import { outsideAtMost, walk } from '../walk.js';
import { window, World } from '../world.js';

export const check: Check = {
  fact: 'reads every call exactly once, also when the platform repeats and shuffles them',
  async run(subject) {
    const tidy = new World(subject);
    const { ids, outside, slices } = await walk(tidy);
    claim(tidy.ids.length === 250, `the simulator holds ${tidy.ids.length} calls instead of 250`);
    claimSame(ids, tidy.ids, 'a tidy platform');
    const mayBeOutside = subject.connector.calls.marginHours === undefined ? 0 : outsideAtMost(tidy, window, slices);
    claim(outside <= mayBeOutside, `${outside} calls were listed outside their slice`);

    const untidy = new World(subject, { duplicates: 0.1, disorder: 15 });
    const walked = await walk(untidy);
    claimSame([...new Set(walked.ids)], untidy.ids, 'an untidy platform');
  },
};
