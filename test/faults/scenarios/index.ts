import type { Scenario } from '../counts.js';
import type { Count, Verdict } from '../strike.js';
import { cuts } from './cuts.js';
import { kills } from './kills.js';
import { outages } from './outages.js';
import { pauses } from './pauses.js';
import { restarts } from './restarts.js';

export const scenarios: Readonly<Record<Scenario, (count: Count) => Promise<Verdict>>> = {
  kills,
  restarts,
  outages,
  cuts,
  pauses,
};
