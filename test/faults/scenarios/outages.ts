import { setTimeout as pause } from 'node:timers/promises';
import { openHouse } from '../../kit/house.js';
import { type Count, strike, type Verdict } from '../strike.js';
import { setOut } from '../trip.js';

/** Nobody reaches the database for a time: connections are cut and new ones refused. */
export async function outages(count: Count): Promise<Verdict> {
  const house = await openHouse({ calls: count.calls });
  try {
    const trip = await setOut(house, count.workers);
    const blow = async () => {
      if ((await trip.state()).finished) return undefined;
      house.line.cut();
      await pause((count.seconds ?? 60) * 1_000);
      const note = await trip.witness.last();
      house.line.mend();
      return { at: Date.now(), note };
    };
    return await strike(`outages of ${count.seconds} s`, trip, count, blow);
  } finally {
    await house.close();
  }
}
