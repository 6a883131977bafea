import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClaims, type OpenClaims } from '../../src/infra/claims.js';
import { type FreshDatabase, freshDatabase } from '../kit/database.js';

let database: FreshDatabase;
let [one, other]: OpenClaims[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  [one, other] = [openClaims(database.url), openClaims(database.url)];
});
afterAll(async () => {
  await one?.close();
  await other?.close();
  await database.drop();
});

test('what one process has claimed no other gets, nor the same one again, until it is let go of', async () => {
  expect(await one?.take(['a', 'b'])).toEqual(['a', 'b']);
  expect(await one?.take(['a', 'c'])).toEqual(['c']);
  expect(await other?.take(['a', 'b', 'd'])).toEqual(['d']);
  await one?.letGo(['a']);
  expect(await other?.take(['a', 'b'])).toEqual(['a']);
});

test('claims end with the connection of whoever holds them, and the next one is opened by itself', async () => {
  expect(await one?.take(['e'])).toEqual(['e']);
  await database.query(
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'patchbay claims'",
  );
  await expect.poll(() => other?.take(['e']).catch(() => []), { timeout: 20_000 }).toEqual(['e']);
  await expect.poll(() => one?.take(['f']).catch(() => []), { timeout: 20_000 }).toEqual(['f']);
  expect(await one?.take(['e'])).toEqual([]);
});

test('whoever was told nothing of a claim holds none: a question that fails ends them all', async () => {
  const failing = 'alter function pg_catalog.pg_try_advisory_lock (integer, integer) rename to not_now';
  const working = 'alter function pg_catalog.not_now (integer, integer) rename to pg_try_advisory_lock';
  expect(await one?.take(['g'])).toEqual(['g']);
  await database.query(failing);
  try {
    await expect(one?.take(['h'])).rejects.toThrow();
  } finally {
    await database.query(working);
  }
  await expect.poll(() => other?.take(['g']), { timeout: 20_000 }).toEqual(['g']);
  expect(await one?.take(['g', 'h'])).toEqual(['h']);
});
