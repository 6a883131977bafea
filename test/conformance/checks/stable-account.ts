import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'accepts a good credential and names a stable account',
  async run(subject) {
    const first = await new World(subject).check();
    const again = await new World(subject, { calls: 3 }).check();
    const other = await new World(subject, { account: 'somebody-else', seed: 8 }).check();
    claim(typeof first.id === 'string' && first.id !== '', 'the account has no id');
    claim(typeof first.name === 'string' && first.name !== '', 'the account has no name');
    claim(first.id === again.id, 'the same account has another id the second time');
    claim(first.id !== other.id, 'two accounts have the same id');
  },
};
