import { isDeepStrictEqual } from 'node:util';
import { transcriptReader } from '#connector';
import type { Check } from '../kit.js';
import { claim } from '../kit.js';

export const check: Check = {
  fact: 'maps the golden call and transcript as written by hand, and the same way twice',
  async run({ connector, simulator: { golden } }) {
    claimMapped('call', item => connector.calls.call(item), golden.item, golden.call);
    const reader = transcriptReader(connector);
    if (reader === undefined) return;
    claimMapped('transcript', document => reader.transcript(document), golden.transcriptDocument, golden.transcript);
  },
};

function claimMapped(what: string, map: (from: unknown) => unknown, from: unknown, expected: unknown): void {
  const given = plain(from);
  const mapped = plain(map(given));
  claim(isDeepStrictEqual(mapped, plain(expected)), `the ${what} came out as ${JSON.stringify(mapped)}`);
  claim(isDeepStrictEqual(plain(map(given)), mapped), `the ${what} comes out differently the second time`);
  claim(isDeepStrictEqual(given, plain(from)), `the mapper changes the ${what} that it is given`);
}

/** As it would come from the wire; what is undefined is absent. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
