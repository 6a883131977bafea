import { expect, test } from 'vitest';
import { marginSeconds, timesOf } from '../../src/access/tokens/lifetimes.js';

const askedAt = new Date('2026-01-01T00:00:00Z');
const after = (seconds: number): Date => new Date(askedAt.getTime() + seconds * 1_000);
const grant = { accessSeconds: undefined, refreshSeconds: undefined, refreshToken: undefined };

test.each([
  ['a day', 86_400, 7_776, 9_504],
  ['an hour', 3_600, 810, 990],
  ['half an hour', 1_800, 729, 891],
  ['two minutes', 120, 48.6, 59.4],
  ['two seconds', 2, 0.81, 0.99],
])('a token of %s is refreshed ahead of its end, and never in its first half', (_, life, least, most) => {
  expect(marginSeconds(life, 0)).toBeCloseTo(least, 5);
  expect(marginSeconds(life, 0.999_999)).toBeCloseTo(most, 2);
  expect(marginSeconds(life, 0.999_999)).toBeLessThan(life / 2);
});

test('what a reply does not say is taken from the platform', () => {
  const times = timesOf({ lifetimes: { accessSeconds: 3_600 } }, grant, { askedAt, renewable: true, random: 0.5 });

  expect(times).toEqual({
    accessExpiresAt: after(3_600),
    refreshExpiresAt: null,
    refreshedAt: askedAt,
    dueAt: after(2_700),
  });
});

test('a token that never ends is refreshed only to keep a refresh token alive that dies of disuse', () => {
  const lifetimes = { idleSeconds: 604_800 };
  const refreshToken = {} as never;

  expect(timesOf({ lifetimes }, { ...grant, refreshToken }, { askedAt, renewable: true })).toEqual({
    ...{ accessExpiresAt: null, refreshExpiresAt: after(604_800), refreshedAt: askedAt, dueAt: after(302_400) },
  });
  expect(timesOf({ lifetimes: {} }, { ...grant, refreshToken }, { askedAt, renewable: true }).dueAt).toBeNull();
});

test('a refresh token that lives on keeps its end; a new one has its own', () => {
  const lifetimes = { accessSeconds: 3_600, refreshSeconds: 1_000_000 };
  const before = after(500_000);
  const situation = { askedAt, renewable: true, refreshExpiresAt: before };

  expect(timesOf({ lifetimes }, grant, situation).refreshExpiresAt).toEqual(before);
  expect(timesOf({ lifetimes }, { ...grant, refreshToken: {} as never }, situation).refreshExpiresAt).toEqual(
    after(1_000_000),
  );
  expect(
    timesOf({ lifetimes }, { ...grant, refreshToken: {} as never, refreshSeconds: 60 }, situation).refreshExpiresAt,
  ).toEqual(after(60));
});

test('without anything to refresh it with, the end of the token is the end of the credential', () => {
  const times = timesOf({ lifetimes: {} }, { ...grant, accessSeconds: 60 }, { askedAt, renewable: false });

  expect(times).toMatchObject({ accessExpiresAt: after(60), refreshExpiresAt: after(60), dueAt: after(60) });
});
