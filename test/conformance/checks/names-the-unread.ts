import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'names a record that it cannot read by the id of its call',
  async run(subject) {
    const whole = new World(subject).ids;
    const { ids, unusable } = await walk(new World(subject, { broken: [3] }));
    const missing = whole.filter(id => !ids.includes(id));
    const named = unusable.map(({ externalId }) => externalId);
    claim(named.join() === missing.join(), `${missing.join()} could not be read, and was called ${named.join()}`);
    claim(unusable[0]?.record !== undefined, 'its document is not kept');
  },
};
