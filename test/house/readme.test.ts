import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const documents = Array.from(read('README.md').matchAll(/```graphql\n([^]*?)```/g), ([, text = '']) => text);

test('the README tells the main trip in GraphQL', () => {
  expect(documents.length).toBeGreaterThan(4);
});

test.each(documents.map((text, i) => [i + 1, text] as const))(
  'document %i of the README runs as it is pasted',
  (_, text) => {
    expect(validate(buildSchema(read('schema.graphql')), parse(text)).map(({ message }) => message)).toEqual([]);
  },
);
