import type { JobParameters, JobRepository } from 'agenda';
import { expect, test, vi } from 'vitest';
import { Places } from '../../src/infra/agenda/places.js';
import type { JobStore } from '../../src/infra/agenda/store.js';

const lockLifetimeMs = 10_000;
const anyTime = new Date();
const ask = (places: Places): Promise<JobParameters | undefined> =>
  places.repository.getNextJobToRun('work', anyTime, anyTime, undefined, undefined);

/** A store that never runs out of jobs. */
function endless() {
  const state = { there: true, handedOut: 0, unlocked: [] as unknown[], removed: [] as unknown[] };
  const repository = {
    getNextJobToRun: async () => ({ _id: String((state.handedOut += 1)), name: 'work' }),
    unlockJobs: async (ids: unknown[]) => void state.unlocked.push(...ids),
    removeJobs: async ({ id }: { id: string }) => state.removed.push(id),
    getJobById: async (id: string) => ({ id, self: state }),
  } as unknown as JobRepository;
  const store: JobStore = {
    repository,
    isThere: () => state.there,
    onBack: () => undefined,
    close: () => Promise.resolve(),
  };
  return { state, store };
}

function twoPlaces() {
  const { state, store } = endless();
  const places = new Places(store, lockLifetimeMs);
  places.offer('work', 2);
  return { state, places };
}

test('hands out as many jobs as there are places, also when asked at the same time', async () => {
  const { state, places } = twoPlaces();

  const jobs = await Promise.all(Array.from({ length: 5 }, () => ask(places)));

  expect(jobs.filter(job => job !== undefined)).toHaveLength(2);
  expect(state.handedOut).toBe(2);
});

test('a place is free again when its job ends, and not when it begins', async () => {
  const { places } = twoPlaces();
  await Promise.all([ask(places), ask(places)]);

  places.begin('work', '1');
  expect(await ask(places)).toBeUndefined();
  places.end('work', '1');
  expect((await ask(places))?._id).toBe('3');
});

test('a job that has begun keeps its place beyond its lock; one that never began does not', async () => {
  const { places } = twoPlaces();
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  await Promise.all([ask(places), ask(places)]);
  places.begin('work', '1');

  clock.mockReturnValue(lockLifetimeMs - 1);
  expect(await ask(places)).toBeUndefined();
  clock.mockReturnValue(lockLifetimeMs + 1);
  expect((await ask(places))?._id).toBe('3');
  expect(await ask(places)).toBeUndefined();
  clock.mockRestore();
});

test('a store that is away is not asked', async () => {
  const { state, places } = twoPlaces();
  state.there = false;

  expect(await ask(places)).toBeUndefined();
  expect(state.handedOut).toBe(0);
});

test('a question that fails costs no place', async () => {
  const { store } = endless();
  const places = new Places(store, lockLifetimeMs);
  places.offer('work', 1);
  vi.spyOn(store.repository, 'getNextJobToRun').mockRejectedValueOnce(new Error('cut'));

  await expect(ask(places)).rejects.toThrow('cut');
  expect(await ask(places)).toBeDefined();
});

test('what is handed out while closing is given back', async () => {
  const { state, places } = twoPlaces();

  const late = ask(places);
  places.close();

  expect(await late).toBeUndefined();
  expect(state.unlocked).toEqual(['1']);
  expect(await ask(places)).toBeUndefined();
});

test('settles when the ended jobs are out of the store, and does not wait for ever', async () => {
  const { places } = twoPlaces();
  await Promise.all([ask(places), ask(places)]);
  places.begin('work', '1');
  await places.settled(0);

  places.end('work', '1');
  let settled = false;
  const waiting = places.settled(5_000).then(() => (settled = true));
  await Promise.resolve();
  expect(settled).toBe(false);
  await places.repository.removeJobs({ id: '1' });
  await waiting;

  places.begin('work', '2');
  places.end('work', '2');
  await places.settled(1);
});
