import { openHouse } from '../../kit/house.js';
import { type Count, strike, type Verdict } from '../strike.js';
import { setOut } from '../trip.js';

/** Cuts the connection of a page's transaction at its COMMIT: in turn before it is delivered and before it is answered. */
export async function cuts(count: Count): Promise<Verdict> {
  const house = await openHouse({ calls: count.calls });
  try {
    const trip = await setOut(house, count.workers);
    const blow = async (n: number) => {
      const cut = house.line.cutAtCommit(n % 2 === 0 ? 'before' : 'after', /update runs set stored = stored/);
      if ((await trip.state()).finished) return undefined;
      await cut;
      return { at: Date.now(), note: await trip.witness.last() };
    };
    return await strike('cuts at COMMIT', trip, count, blow);
  } finally {
    await house.close();
  }
}
