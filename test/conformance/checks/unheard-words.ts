import { readItem } from '../../../src/engine/read-call.js';
import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

const unheard = 'Unheardof';

export const check: Check = {
  fact: 'takes a word that its platform adds to a list for one that is not known, and tells of it',
  async run(subject) {
    const { connector, simulator } = subject;
    const { calls } = await walk(new World(subject));
    const strange = calls.flatMap(({ newWords = [] }) => newWords.map(({ field, word }) => `${word} in ${field}`));
    claim(strange.length === 0, `does not know the words of its own platform: ${[...new Set(strange)].join(', ')}`);

    for (const field of Object.keys(connector.calls.words ?? {})) {
      const item = withUnheard(simulator.golden.item, field.split('.'));
      const { newWords } = readItem(connector, Buffer.from(JSON.stringify(item)));
      const told = newWords?.some(one => one.field === field && one.word === unheard);
      claim(told === true, `does not tell of a new word in ${field}`);
    }
  },
};

/** The item with another word at the end of the path, everywhere where the path leads. */
function withUnheard(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map(one => withUnheard(one, [key ?? '', ...rest]));
  if (typeof value !== 'object' || value === null || key === undefined) return value;
  const inner = (value as Readonly<Record<string, unknown>>)[key];
  return { ...value, [key]: rest.length === 0 ? unheard : withUnheard(inner, rest) };
}
