import type { SimulatedReply } from '#connector';
import type { Check, Subject } from '../kit.js';
import { claim, claimSame } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'stays out of a penalty that every request within it begins anew, also when nobody says how long it lasts',
  async run(subject) {
    for (const isTold of [true, false]) await claimPatience(subject, isTold);
  },
};

/** Somebody else has overrun the limit before the second request. */
async function claimPatience({ connector, simulator, folder }: Subject, isTold: boolean): Promise<void> {
  const penaltyMs = penaltyOf(simulator) * 1_000;
  let until = Number.NEGATIVE_INFINITY;
  const world: World = new World(
    { connector, simulator, folder },
    {
      fault(number) {
        if (number !== 2 && world.time.ms >= until) return undefined;
        until = world.time.ms + penaltyMs;
        const refusal = simulator.tooMany(penaltyMs / 1_000, world.time.now());
        return isTold ? refusal : withoutTime(refusal);
      },
    },
  );
  const { ids } = await walk(world);
  claimSame(ids, world.ids, 'after the penalty');
  const refused = world.seen.filter(({ status }) => status === 429).length;
  // Lookups of single calls go side by side: those under way are innocent.
  const innocent = connector.transcriptOfCall === undefined ? 1 : 4;
  const how = isTold ? 'told' : 'not told';
  claim(refused > 0, 'nothing was refused');
  claim(refused <= innocent, `was refused ${refused} times, and ${how} for how long`);
}

function penaltyOf({ limits }: Subject['simulator']): number {
  return Math.max(0, ...limits.map(({ penaltySeconds = 0 }) => penaltySeconds));
}

function withoutTime({ headers = {}, ...reply }: SimulatedReply): SimulatedReply {
  const rest = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'retry-after');
  return { ...reply, headers: Object.fromEntries(rest) };
}
