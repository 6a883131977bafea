import { expect, test } from 'vitest';
import { NextTogether } from '../../src/api/limits/next-together.js';

/** Looks that are answered by hand; each tells how many questions had been asked when it began. */
function lookout() {
  const together = new NextTogether<number>();
  const begun: { readonly asked: number; answer(): void; fail(): void }[] = [];
  let asked = 0;
  const ask = (name = 'a'): Promise<number> => {
    asked += 1;
    return together.ask(name, () => {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const seen = asked;
      begun.push({ asked: seen, answer: () => resolve(seen), fail: () => reject(new Error('away')) });
      return promise;
    });
  };
  return { ask, begun };
}
const turn = () => new Promise(resolve => setImmediate(resolve));

test('a look is never older than the question, and a hundred questions cost two looks', async () => {
  const { ask, begun } = lookout();

  const first = ask();
  const others = Array.from({ length: 99 }, () => ask());
  begun[0]?.answer();
  await turn();
  begun[1]?.answer();

  expect(await first).toBe(1);
  expect(new Set(await Promise.all(others))).toEqual(new Set([100]));
  expect(begun).toHaveLength(2);
});

test('each thing is looked up by itself, and again when nobody looks', async () => {
  const { ask, begun } = lookout();

  const [a, b] = [ask('a'), ask('b')];
  begun.forEach(look => look.answer());
  await Promise.all([a, b]);
  await turn();
  const again = ask('a');
  begun[2]?.answer();

  expect(await again).toBe(3);
  expect(begun).toHaveLength(3);
});

test('a look that fails fails for those who waited for it, and for nobody after', async () => {
  const { ask, begun } = lookout();

  const first = ask();
  const second = ask();
  begun[0]?.fail();
  await expect(first).rejects.toThrow('away');
  await turn();
  begun[1]?.answer();

  expect(await second).toBe(2);
});
