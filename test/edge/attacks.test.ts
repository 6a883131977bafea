import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { attack, attacks, heaviest } from './attacks.js';

const rounds = 9;

let hub: TestHub;
beforeAll(async () => {
  hub = await testHub();
  for (let n = 0; n < 20; n += 1) await hub.ask('{ customers { nodes { id name } } }');
});
afterAll(() => hub.close());

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
const medians: number[] = [];

test.each(attacks)('refuses $name, fast, without a word about its inside', async one => {
  const answers = [];
  for (let n = 0; n < rounds; n += 1) answers.push(await attack(hub.url, hub.adminKey, one));

  const [{ status, text } = { status: 0, text: '' }] = answers;
  const { errors } = JSON.parse(text);
  expect(new Set(answers.map(answer => answer.status))).toEqual(new Set([status]));
  expect(status).toBeLessThan(500);
  expect(errors?.length).toBeGreaterThan(0);
  expect(errors.map(({ extensions }: any) => extensions.code)).not.toContain('INTERNAL');
  expect(text).not.toMatch(/node_modules|\.[jt]s:\d|at \w+ \(|select |insert /);
  expect(text.length).toBeLessThan(20_000);
  medians.push(median(answers.map(({ ms }) => ms)));
  expect(medians.at(-1)).toBeLessThan(5_000);
});

test('refuses all of them to a stranger too, and was fast in all', async () => {
  const statuses = await Promise.all(attacks.map(async one => (await attack(hub.url, undefined, one)).status));

  console.info(
    `${attacks.length} attacks × ${rounds}: median ${median(medians).toFixed(1)} ms, slowest median ${Math.max(...medians).toFixed(1)} ms`,
  );
  expect(statuses.every(status => status === 401 || status === 405)).toBe(true);
  expect(hub.logged()).not.toContain('a fault of ours');
});

test('nothing was made on the way', async () => {
  expect((await hub.ask('{ customers { totalCount } }')).customers.totalCount).toBe(0);
});

test.each(Object.entries(heaviest))(
  'answers %s, which is as much as may be asked, without stopping others',
  async (_name, query) => {
    const times: number[] = [];
    for (let n = 0; n < rounds; n += 1) {
      // A document of its own each time, since the hub remembers those it has read.
      const { status, text, ms } = await attack(hub.url, hub.adminKey, {
        name: '',
        body: JSON.stringify({ query: `${query} # ${n}` }),
      });
      expect([status, JSON.parse(text).errors]).toEqual([200, undefined]);
      times.push(ms);
    }

    console.info(`${median(times).toFixed(1)} ms`);
    expect(median(times)).toBeLessThan(5_000);
  },
);

test('fragments that cost much to merge are refused with what is allowed', async () => {
  const spreads = Array.from({ length: 50 }, (_, n) => `...F${n}`).join(' ');
  const fragments = Array.from({ length: 50 }, (_, n) => `fragment F${n} on Viewer { name }`).join(' ');

  const { status, errors } = await hub.graphql(`{ viewer { ${spreads} } } ${fragments}`);

  expect([status, errors]).toMatchObject([
    400,
    [
      {
        message: expect.stringContaining('its merges must be at most 1000'),
        extensions: { remedy: expect.any(String) },
      },
    ],
  ]);
});
