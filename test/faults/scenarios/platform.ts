import type { Faults } from '../../../src/sandbox/faults.js';
import { type House, type HouseOptions, openHouse } from '../../kit/house.js';
import { judgeImport } from '../../kit/oracle.js';
import { connectedCustomer, startImport, watchToEnd } from '../../kit/trip.js';

export interface Trouble {
  readonly calls: number;
  readonly injected: number;
  /** Requests of the same import without faults. */
  readonly needed: number;
  readonly wasted: number;
  readonly byFault: Readonly<Record<string, number>>;
}

const account = { duplicates: 0.03, disorder: 20 };
const faults: Partial<Faults> = { error500: 0.03, error502: 0.01, cut: 0.02, deadCursors: 0.01 };

/** An import from a platform that fails now and then, beside the same import from one that does not. */
export async function trouble(calls: number): Promise<Trouble> {
  const quiet = await importOnce({ calls, ...account }, house => house.sandbox.ledger().length);
  const { requests, byFault } = await importOnce({ calls, ...account, faults }, house => ({
    requests: house.sandbox.ledger().length,
    byFault: countFaults(house),
  }));
  const injected = Object.values(byFault).reduce((sum, count) => sum + count, 0);
  return { calls, injected, needed: quiet, wasted: requests - quiet, byFault };
}

export interface Refusals {
  readonly calls: number;
  readonly requests: number;
  readonly refused: number;
  readonly inForbiddenTime: number;
}

/** An import from a platform that refuses 30 % of all requests, and says in every form when to come back. */
export async function refusals(calls: number): Promise<Refusals> {
  return importOnce({ calls, limits: 'published', faults: { tooMany: 0.3 } }, ({ sandbox }) => {
    const { requests, tooMany, inForbiddenTime } = sandbox.judge();
    return { calls, requests, refused: tooMany, inForbiddenTime };
  });
}

async function importOnce<T>(options: HouseOptions, judge: (house: House) => T): Promise<T> {
  const { faults: later = {}, ...rest } = options;
  const house = await openHouse({ limits: 'off', ...rest });
  try {
    const env = rest.limits === undefined ? { PLATFORM_GONG_LIMITS: 'off' } : undefined;
    const client = house.clientOf(await house.start({ PATCHBAY_ROLE: 'all', ...env }));
    const { connectionId } = await connectedCustomer(client, house.sandbox);
    house.sandbox.resetLedger();
    house.sandbox.setFaults(later);
    const importId = await startImport(client, house.sandbox, connectionId);
    await watchToEnd(client, importId);
    await judgeImport(house.database, house.sandbox, importId);
    return judge(house);
  } finally {
    await house.close();
  }
}

function countFaults({ sandbox }: House): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { fault } of sandbox.ledger()) if (fault !== undefined) counts[fault] = (counts[fault] ?? 0) + 1;
  return counts;
}
