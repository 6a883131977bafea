import { styleText } from 'node:util';
import type { Bench } from './bench.js';
import type { Fact } from './fact.js';

const colours = { confirmed: 'green', unclear: 'yellow', refuted: 'red' } as const;

/** The facts for people. */
export function report({ connector: { manifest }, answers, window }: Bench, facts: readonly Fact[]): string {
  const width = Math.max(...facts.map(({ fact }) => fact.length));
  const lines = facts.map(
    ({ fact, state, says }) => `${styleText(colours[state], state.padEnd(9))}  ${fact.padEnd(width)}  ${says}`,
  );
  const count = (state: Fact['state']): string => `${facts.filter(fact => fact.state === state).length} ${state}`;
  return [
    `${manifest.name}, whose papers were last read on ${manifest.verifiedOn}; calls from ${window.from} to ${window.to}`,
    ...lines,
    `${count('confirmed')}, ${count('unclear')}, ${count('refuted')}, by ${answers.length} requests`,
    '',
  ].join('\n');
}
