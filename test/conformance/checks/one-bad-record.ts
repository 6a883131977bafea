import type { Check } from '../kit.js';
import { claim, claimSame } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'sets one bad record aside with a reason and keeps the rest',
  async run(subject) {
    const whole = new World(subject).ids;
    const { ids, unusable } = await walk(new World(subject, { broken: [3] }));
    claim(unusable.length === 1, `${unusable.length} records were set aside`);
    claim(Boolean(unusable[0]?.reason), 'no reason was given');
    claimSame(
      ids,
      whole.filter(id => ids.includes(id)),
      'the rest',
    );
    claim(ids.length === whole.length - 1, `${ids.length} of ${whole.length} calls were kept`);
  },
};
