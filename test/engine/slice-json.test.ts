import { expect, test } from 'vitest';
import { readStringKey, sliceReply } from '../../src/engine/slice-json.js';

const bytes = (text: string) => Buffer.from(text);
const texts = (items: readonly Buffer[]) => items.map(String);

test('hands on each element byte for byte, and the rest parsed', () => {
  const reply = bytes(
    '{ "id":"r", "deep": {"calls" : [ {"a": 1.50} ,\n"é\\"]", [ ], null,-0.5e+3 ], "next":"c"}, "total":12345678901234567890 }',
  );

  const { items, rest } = sliceReply(reply, ['deep', 'calls']);

  expect(texts(items)).toEqual(['{"a": 1.50}', '"é\\"]"', '[ ]', 'null', '-0.5e+3']);
  expect(rest).toEqual({ id: 'r', deep: { calls: [], next: 'c' }, total: 12345678901234567890 });
  expect(items[0]?.buffer).toBe(reply.buffer);
});

test.each<[string, readonly string[]]>([
  ['[]', []],
  ['[1,2]', []],
  [' { "calls" : [ ] } ', ['calls']],
  ['{"calls":null}', ['calls']],
  ['{"x":{"calls":[9]},"calls":[]}', ['calls']],
  ['{"\\u0063alls":[1]}', ['calls']],
])('finds the list in %s', (text, path) => {
  const whole: unknown = JSON.parse(text);
  const expected = path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], whole) ?? [];

  expect(texts(sliceReply(bytes(text), path).items).map(item => JSON.parse(item) as unknown)).toEqual(expected);
});

test.each([
  '',
  ' ',
  '{',
  '{"calls":[',
  '{"calls":[1',
  '{"calls":[1,]}',
  '{"calls":[,1]}',
  '{"calls":[1 2]}',
  '{"calls":[1]',
  '{"calls":[1]}}',
  '{"calls":[1]} x',
  '{"calls":[}]',
  '{"calls":[{]}',
  '{"calls":[{"a"}]}',
  '{"calls":[{"a":}]}',
  '{"calls":[{"a":1,}]}',
  '{"calls":[{1:2}]}',
  '{"calls":[tru]}',
  '{"calls":[nul',
  '{"calls":[01]}',
  '{"calls":[1.]}',
  '{"calls":[.5]}',
  '{"calls":[+1]}',
  '{"calls":[1e]}',
  '{"calls":[-]}',
  '{"calls":["a]}',
  '{"calls":["a\\"]}',
  '{"calls":[NaN]}',
  '{"calls":[1],"calls":[2]}',
  '{calls:[1]}',
  '{"calls":[1],"x":"\\q"}',
  "{'calls':[1]}",
  '<html></html>',
  '{"calls":[1]}\0',
  `{"calls":[${'['.repeat(70)}${']'.repeat(70)}]}`,
])('takes %j for broken or cut, to be asked for again', text => {
  expect(() => sliceReply(bytes(text), ['calls'])).toThrow(
    expect.objectContaining({ code: 'PLATFORM_CHANGED', recovery: 'retry' }),
  );
});

test.each(['{}', '[]', '5', '"calls"', '{"call":[1]}', '{"calls":{}}', '{"calls":"[1]"}', '{"deep":{"calls":[1]}}'])(
  'stops when there is no list in %s',
  text => {
    expect(() => sliceReply(bytes(text), ['calls'])).toThrow(
      expect.objectContaining({ code: 'PLATFORM_CHANGED', recovery: 'stop' }),
    );
  },
);

test('takes nesting up to 64 and no deeper', () => {
  const nested = (depth: number) => bytes('['.repeat(depth) + ']'.repeat(depth));

  expect(() => sliceReply(nested(64), [])).not.toThrow();
  expect(() => sliceReply(nested(65), [])).toThrow('nesting deeper than 64');
  expect(() => sliceReply(nested(200_000), [])).toThrow('nesting deeper than 64');
});

test('agrees with the parser about every reply that it makes up, whole or cut', () => {
  let state = 42;
  const random = (below: number) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  const strings = [
    '',
    'a',
    '"',
    '\\',
    '\\"',
    'é“ß”😀',
    '\n\t',
    'long '.repeat(20),
    `${'x'.repeat(random(20))}\\`,
    ']}{[,:',
  ];
  const value = (depth: number): unknown => {
    const kind = random(depth > 4 ? 4 : 6);
    if (kind === 0) return strings[random(strings.length)];
    if (kind === 1) return (random(2_000) - 1_000) / 8;
    if (kind === 2) return [true, false, null][random(3)];
    if (kind === 3) return random(1e9);
    if (kind === 4) return Array.from({ length: random(4) }, () => value(depth + 1));
    return Object.fromEntries(
      Array.from({ length: random(4) }, (_, i) => [`${strings[random(strings.length)]}${i}`, value(depth + 1)]),
    );
  };
  for (let round = 0; round < 500; round++) {
    const whole = { before: value(0), list: Array.from({ length: random(5) }, () => value(0)), after: value(0) };
    const text = JSON.stringify(whole, undefined, random(3));
    const { items, rest } = sliceReply(bytes(text), ['list']);
    expect(items.map(item => JSON.parse(String(item)) as unknown)).toEqual(whole.list);
    expect(rest).toEqual({ ...whole, list: [] });

    const cut = bytes(text).subarray(0, random(text.length));
    expect(() => sliceReply(cut, ['list'])).toThrow(expect.objectContaining({ recovery: 'retry' }));
  }
});

test.each([
  ['{"callId":"7","x":[1]}', '7'],
  [' { "x" : {"callId":"no"} , "callId" : "9007199254740993" }', '9007199254740993'],
  ['{"call\\u0049d":"a\\"b"}', 'a"b'],
  ['{"callId":""}', ''],
  ['{"x":[1],"callId":"7"}', '7'],
  ['{"x":{"y":1,"callId":"8"},"callId":"7"} ', '7'],
  ['{"x":",\\"callId\\":\\"8","callId":"7","y":{"z":0,"callId":"9"}}', '7'],
  ['{"y":1,"callId":"7","z":",\\"callId\\":\\"9"}', '7'],
])('reads the id of %s', (text, id) => {
  expect(readStringKey(bytes(text), 'callId')).toBe(id);
});

test.each([
  '{"callId":7}',
  '{"callId":null}',
  '{"callId":["7"]}',
  '{"id":"7"}',
  '{}',
  '[]',
  '"callId"',
  '{"x":{"callId":"7"}}',
  '{"x":{"y":1,"callId":"7"}}',
  '{"x":1,"y":",\\"callId\\":\\"7"}',
])('takes %s for a record without an id', text => {
  expect(() => readStringKey(bytes(text), 'callId')).toThrow();
});
