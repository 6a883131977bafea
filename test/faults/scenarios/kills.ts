import { setTimeout as pause } from 'node:timers/promises';
import { openHouse } from '../../kit/house.js';
import { type Count, strike, together, type Verdict } from '../strike.js';
import { setOut } from '../trip.js';

/**
 * Kills whoever holds the run; every other time before the one after has stored a page. An import stores several pages
 * between two kills and may end before the last one: then another import takes the rest.
 */
export async function kills(count: Count): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (let left = count.faults; left > 0; ) {
    const verdict = await killsOfOneImport({ ...count, faults: left });
    verdicts.push(verdict);
    if (verdict.faults === 0) break;
    left -= verdict.faults;
  }
  return together(verdicts);
}

async function killsOfOneImport(count: Count): Promise<Verdict> {
  const house = await openHouse({ calls: count.calls });
  try {
    const trip = await setOut(house, count.workers);
    const blow = async () => {
      const victim = await trip.holder();
      if (victim === undefined) return undefined;
      await pause(Math.random() * 700);
      const [note, at] = [await trip.witness.last(), Date.now()];
      await trip.kill(victim);
      await trip.hire();
      return { at, note, except: victim.name };
    };
    return await strike('kills of the worker', trip, count, blow, n => n % 2 === 1);
  } finally {
    await house.close();
  }
}
