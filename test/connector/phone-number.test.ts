import { expect, test } from 'vitest';
import { phoneNumber } from '#connector';

test.each([
  ['+442071838750', undefined, '+442071838750'],
  ['+44 20 7183 8750', undefined, '+442071838750'],
  ['+1 (650) 253-0000', undefined, '+16502530000'],
  ['020 7183 8750', 'GB', '+442071838750'],
  ['(650) 253-0000', 'us', '+16502530000'],
  ['+44 20 7183 8750', 'US', '+442071838750'],
])('%j from %j is %j', (written, country, number) => {
  expect(phoneNumber(written, country)).toBe(number);
});

test.each([
  ['020 7183 8750', undefined],
  ['020 7183 8750', 'Atlantis'],
  ['101', 'US'],
  ['1001', undefined],
  ['anonymous', 'US'],
  ['+1 650 253 0000 ext. 12', undefined],
  ['+', undefined],
  ['+0', undefined],
])('%j from %j stays as it was written', (written, country) => {
  expect(phoneNumber(written, country)).toBe(written);
});

test('no number is no number', () => {
  expect(phoneNumber(undefined, 'US')).toBeUndefined();
});
