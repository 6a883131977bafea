import type { Check } from '../kit.js';
import { claim } from '../kit.js';

/** As a number this would become 9007199254740992. */
const long = '9007199254740993';

export const check: Check = {
  fact: 'keeps ids as they are, also beyond the digits that a number holds',
  async run({ connector, simulator: { golden } }) {
    const text = JSON.stringify(golden.item).replaceAll(JSON.stringify(golden.call.externalId), JSON.stringify(long));
    claim(text.includes(long), 'the golden item does not hold its id as a text');
    const { externalId } = connector.calls.call(JSON.parse(text));
    claim(externalId === long, `${long} came out as ${externalId}`);
    const { body, path, query } = connector.transcripts?.request({ externalIds: [long], cursor: undefined }) ?? {
      path: long,
    };
    claim(JSON.stringify([body, path, query]).includes(long), 'the id is not in the request for its transcript');
  },
};
