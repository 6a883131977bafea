import type { Count } from './strike.js';

export type Scenario = 'kills' | 'restarts' | 'outages' | 'cuts' | 'pauses';

/** What `npm run soak` does. */
export const full: Readonly<Record<Scenario, Count>> = {
  kills: { calls: 20_000, workers: 3, faults: 200 },
  restarts: { calls: 20_000, workers: 3, faults: 20 },
  outages: { calls: 20_000, workers: 3, faults: 10, seconds: 60 },
  cuts: { calls: 20_000, workers: 3, faults: 50 },
  pauses: { calls: 20_000, workers: 5, faults: 100, seconds: 30 },
};

/** The share of it that `npm test` does. */
export const few: Readonly<Record<Scenario, Count>> = {
  kills: { calls: 1_000, workers: 3, faults: 2 },
  restarts: { calls: 1_000, workers: 2, faults: 1 },
  outages: { calls: 1_000, workers: 2, faults: 1, seconds: 5 },
  cuts: { calls: 1_000, workers: 2, faults: 2 },
  pauses: { calls: 1_000, workers: 3, faults: 1, seconds: 9 },
};

/** The full counts, or the share of the faults that `SOAK_SHARE` (0 to 1) asks for; all else stays as it is. */
export function counted(scenario: Scenario, share = Number(process.env['SOAK_SHARE'] ?? 1)): Count {
  return { ...full[scenario], faults: Math.max(1, Math.ceil(full[scenario].faults * share)) };
}
