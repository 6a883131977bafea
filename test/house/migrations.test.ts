import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const dir = path.join(import.meta.dirname, '../../src/infra/migrations');
/** What is another value for each row, so that a column that is added with it is written into every row, under a lock that bars all. */
const volatile = /\badd column [^,;`']*\bdefault (?:business_now|clock_timestamp|gen_random_uuid|random)\b[^,;`']*/g;

test('no column is added with a default for which its table would be written anew', async () => {
  const names = (await readdir(dir)).filter(name => name.startsWith('m0'));
  const texts = await Promise.all(names.map(name => readFile(path.join(dir, name), 'utf8')));
  expect(names.length).toBeGreaterThan(40);
  expect(texts.flatMap(text => text.match(volatile) ?? [])).toEqual([]);
});
