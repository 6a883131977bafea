import { expect, test } from 'vitest';
import type { Http, Purpose, Settings } from '#connector';
import { judge } from '../../src/engine/judge.js';
import { planSlices, splitSlice } from '../../src/engine/plan-slices.js';
import { retryAfter } from '../../src/engine/retry-after.js';

const reply = (status: number, body = '{}') => ({ status, headers: {}, bytes: Buffer.from(body) });
const http: Http<Settings> = {
  baseUrl: 'https://api.example.com',
  domain: 'example.com',
  verdicts: [
    { status: 404, body: /nothing found/g, verdict: 'empty' },
    { status: 404, body: /found/, verdict: 'restart' },
    { status: 200, body: /"error"/, verdict: 'stop' },
    { status: 403, verdict: 'wait' },
  ],
};
const plain: Http<Settings> = { baseUrl: '', domain: '' };

test.each<[number, Record<Purpose, string>]>([
  [200, { check: 'ok', listing: 'ok', lookup: 'ok', subscription: 'ok' }],
  [207, { check: 'ok', listing: 'ok', lookup: 'ok', subscription: 'ok' }],
  [204, { check: 'empty', listing: 'empty', lookup: 'empty', subscription: 'empty' }],
  [302, { check: 'stop', listing: 'stop', lookup: 'stop', subscription: 'stop' }],
  [400, { check: 'stop', listing: 'stop', lookup: 'skip', subscription: 'stop' }],
  [401, { check: 'reconnect', listing: 'reconnect', lookup: 'reconnect', subscription: 'reconnect' }],
  [402, { check: 'reconnect', listing: 'reconnect', lookup: 'skip', subscription: 'stop' }],
  [403, { check: 'reconnect', listing: 'reconnect', lookup: 'skip', subscription: 'skip' }],
  [404, { check: 'stop', listing: 'stop', lookup: 'skip', subscription: 'skip' }],
  [408, { check: 'retry', listing: 'retry', lookup: 'retry', subscription: 'retry' }],
  [410, { check: 'stop', listing: 'stop', lookup: 'skip', subscription: 'skip' }],
  [425, { check: 'retry', listing: 'retry', lookup: 'retry', subscription: 'retry' }],
  [429, { check: 'wait', listing: 'wait', lookup: 'wait', subscription: 'wait' }],
  [500, { check: 'retry', listing: 'retry', lookup: 'retry', subscription: 'retry' }],
  [503, { check: 'retry', listing: 'retry', lookup: 'retry', subscription: 'retry' }],
])('the house table judges %i', (status, verdicts) => {
  const found = Object.fromEntries(
    (['check', 'listing', 'lookup', 'subscription'] as const).map(purpose => [
      purpose,
      judge(plain, purpose, reply(status)).verdict,
    ]),
  );

  expect(found).toEqual(verdicts);
});

test('a reply that is good and has no body was lost on its way, unless it tells of a subscription', () => {
  expect(judge(plain, 'listing', reply(200, '')).verdict).toBe('retry');
  expect(judge(plain, 'subscription', reply(200, '')).verdict).toBe('empty');
});

test('the rules of a connector come before the house table, the first that fits', () => {
  expect(judge(http, 'listing', reply(404, 'nothing found')).verdict).toBe('empty');
  expect(judge(http, 'listing', reply(404, 'nothing found')).verdict).toBe('empty');
  expect(judge(http, 'listing', reply(404, 'cursor not found')).verdict).toBe('restart');
  expect(judge(http, 'lookup', reply(404, 'no such page')).verdict).toBe('skip');
  expect(judge(http, 'listing', reply(200, '{"error":1}')).verdict).toBe('stop');
  expect(judge(http, 'listing', reply(200, '{"calls":[]}')).verdict).toBe('ok');
  expect(judge(http, 'listing', reply(403)).verdict).toBe('wait');
});

const now = new Date('2026-03-01T12:00:00.000Z');
test.each<[string | undefined, number | undefined]>([
  ['7', 7],
  [' 7 ', 7],
  ['0.5', 1],
  ['1.5', 1.5],
  ['0', 1],
  ['-5', 1],
  ['3600', 3_600],
  ['999999999', 86_400],
  ['9'.repeat(400), 86_400],
  ['Sun, 01 Mar 2026 12:00:30 GMT', 30],
  ['Sun, 01 Mar 2020 12:00:30 GMT', 1],
  ['Sun, 01 Mar 2099 12:00:30 GMT', 86_400],
  ['2026-03-01T12:01:00Z', 60],
  ['2026-03-01T14:01:00+02:00', 60],
  ['Sun, 99 Mar 2026 12:00:30 GMT', undefined],
  ['soon', undefined],
  ['', undefined],
  ['1 apple', undefined],
  ['0x10', undefined],
  ['1e3', undefined],
  ['NaN', undefined],
  ['Infinity', undefined],
  [undefined, undefined],
])('Retry-After %j means %j seconds', (header, seconds) => {
  const until = retryAfter(header, now);

  expect(until && (until.getTime() - now.getTime()) / 1_000).toBe(seconds);
});

const year = { from: '2025-01-01T00:00:00.000Z', to: '2026-01-01T00:00:00.000Z' };
const hour = { from: '2025-01-01T00:00:00.123Z', to: '2025-01-01T00:59:00.456Z' };
test.each([
  ['a year of 5,000 calls', year, { total: 5_000 }, 5],
  ['a year of 5,001 calls', year, { total: 5_001 }, 6],
  ['a year of a million calls', year, { total: 1_000_000 }, 200],
  ['a year of no calls', year, { total: 0 }, 1],
  ['a year of unknown calls', year, {}, 1],
  ['a year listed by months', year, { maxWindowDays: 30 }, 13],
  ['a year of 50,000 calls listed by months', year, { total: 50_000, maxWindowDays: 30 }, 50],
  ['a year listed by days', year, { total: 10, maxWindowDays: 1 }, 366],
  ['an hour of many calls', hour, { total: 90_000 }, 1],
] as const)(
  '%s is read in slices without gap or overlap, newest first',
  (_, window, facts: { total?: number; maxWindowDays?: number }, count) => {
    const slices = planSlices(window, facts);

    expect(slices).toHaveLength(count);
    expect(slices[0]?.to).toBe(window.to);
    expect(slices.at(-1)?.from).toBe(window.from);
    slices.slice(1).forEach((slice, i) => expect(slice.to).toBe(slices[i]?.from));
    const lengths = slices.map(({ from, to }) => Date.parse(to) - Date.parse(from));
    expect(Math.max(...lengths)).toBeLessThanOrEqual((facts.maxWindowDays ?? 366) * 86_400_000);
    if (count > 1) expect(Math.min(...lengths)).toBeGreaterThanOrEqual(3_600_000);
  },
);

test('a crowded slice is split in its middle, down to an hour', () => {
  expect(splitSlice({ from: '2025-01-01T00:00:00.000Z', to: '2025-01-03T00:00:00.000Z' }, 5_001)).toBe(
    '2025-01-02T00:00:00.000Z',
  );
  expect(splitSlice({ from: '2025-01-01T00:00:00.000Z', to: '2025-01-03T00:00:00.000Z' }, 5_000)).toBeUndefined();
  expect(splitSlice({ from: '2025-01-01T00:00:00.000Z', to: '2025-01-03T00:00:00.000Z' }, undefined)).toBeUndefined();
  expect(splitSlice({ from: '2025-01-01T00:00:00.000Z', to: '2025-01-01T01:00:00.000Z' }, 90_000)).toBeUndefined();
});
