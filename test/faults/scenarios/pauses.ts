import { setTimeout as pause } from 'node:timers/promises';
import { openHouse } from '../../kit/house.js';
import { until } from '../../kit/until.js';
import { type Blow, type Count, pageAfter, strike, type Verdict } from '../strike.js';
import { setOut, type Trip, type Worker } from '../trip.js';

/**
 * Stops whoever holds the run for longer than its lease. It is taken over meanwhile, and the sleeper must find out
 * and write nothing. Sleeps overlap: as soon as one is taken over, the next is put to sleep.
 */
export async function pauses(count: Count): Promise<Verdict> {
  const house = await openHouse({ calls: count.calls });
  try {
    const trip = await setOut(house, count.workers);
    const sleepers: Promise<unknown>[] = [];
    const blow = async () => {
      const victim = await trip.holder();
      if (victim === undefined) return undefined;
      const blow = { note: await trip.witness.last(), at: Date.now(), except: victim.name };
      const awake = sleep(victim, trip, blow, count.seconds ?? 30);
      awake.catch(() => undefined);
      sleepers.push(awake);
      return blow;
    };
    const verdict = await strike('pauses of the worker', trip, count, blow);
    const woken = await Promise.allSettled(sleepers);
    const stale = await trip.witness.staleWrites();
    const astray = woken.flatMap(one => (one.status === 'rejected' ? [String(one.reason)] : []));
    return { ...verdict, stale: stale.length, complaints: [...verdict.complaints, ...astray] };
  } finally {
    await house.close();
  }
}

/** Settles when the sleeper has woken up and found out that the run is in other hands. */
async function sleep({ name, process }: Worker, trip: Trip, blow: Blow, seconds: number): Promise<void> {
  const told = (): number => process.output().split('The run is in other hands now.').length;
  const before = told();
  process.kill('SIGSTOP');
  await Promise.all([pause(seconds * 1_000), pageAfter(trip, blow)]);
  process.kill('SIGCONT');
  await until(`${name} to let go`, () => told() > before, 60_000);
}
