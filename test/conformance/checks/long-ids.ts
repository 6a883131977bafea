import type { Connector } from '#connector';
import type { Check } from '../kit.js';
import { claim } from '../kit.js';

/** As a number this would become 9007199254740992. */
const long = '9007199254740993';

export const check: Check = {
  fact: 'keeps ids as they are, also beyond the digits that a number holds, or refuses what it cannot keep',
  async run({ connector, simulator: { golden } }) {
    const { externalId: id } = golden.call;
    const item = JSON.stringify(golden.item);
    const text = item.replaceAll(JSON.stringify(id), JSON.stringify(long));
    if (!text.includes(long)) {
      const number = item.replaceAll(new RegExp(`:${id}(?=[,}\\]])`, 'g'), `:${long}`);
      claim(number.includes(long), 'the golden item holds its id neither as a text nor as a number');
      claim(
        throws(() => connector.calls.call(JSON.parse(number))),
        `${long}, which has lost digits, was taken`,
      );
    } else {
      const { externalId } = connector.calls.call(JSON.parse(text));
      claim(externalId === long, `${long} came out as ${externalId}`);
    }
    claim(JSON.stringify(lookup(connector, long)).includes(long), 'the id is not in the request for its transcript');
  },
};

function lookup({ transcripts, transcriptOfCall }: Connector, id: string): unknown {
  if (transcriptOfCall !== undefined) return transcriptOfCall.request(id);
  return transcripts?.request({ externalIds: [id], cursor: undefined }) ?? id;
}

function throws(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch {
    return true;
  }
}
