import { expect, test } from 'vitest';
import { shapeOf } from '../../src/engine/shape-of.js';

const shape = (value: unknown): unknown => shapeOf(Buffer.from(JSON.stringify(value)));

test('the shape of a record has the names and kinds of its fields, and none of their values', () => {
  const record = {
    id: 17,
    title: 'Salary of Ada',
    gone: null,
    blank: '',
    isPrivate: true,
    parties: [{ email: 'ada@acme.example', 'ada@acme.example': 1 }, { other: 2 }],
    none: [],
    'a field of ours': 'x',
  };

  expect(shape(record)).toEqual({
    ...{ id: 'number', title: 'text', gone: 'null', blank: 'empty text', isPrivate: 'yes or no' },
    ...{ parties: [{ email: 'text' }], none: [] },
  });
});

test('it is small, however large and deep the record is, and nothing where that is no object of JSON', () => {
  const deep = Array.from({ length: 50 }).reduce<object>(inner => ({ inner }), {});
  const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, nth) => [`field${nth}`, nth]));

  expect(JSON.stringify(shape(deep)).length).toBeLessThan(100);
  expect(Object.keys(shape(wide) as object)).toHaveLength(60);
  expect(shapeOf(Buffer.from('{"id": 1'))).toBeUndefined();
  expect(shape(['text'])).toBeUndefined();
});
