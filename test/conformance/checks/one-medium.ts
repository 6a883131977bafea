import type { Check } from '../kit.js';
import { claim } from '../kit.js';

export const check: Check = {
  fact: 'says that all calls are of one medium only where they are, since a sync that asks for others is refused',
  async run({ connector, simulator: { golden } }) {
    const { medium } = connector.calls;
    claim(medium === undefined || golden.call.medium === medium, `the golden call is none of the medium ${medium}`);
  },
};
