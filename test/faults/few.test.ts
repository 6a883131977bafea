import { afterAll, describe, expect, test } from 'vitest';
import { few, full, type Scenario } from './counts.js';
import { scenarios } from './scenarios/index.js';
import type { Verdict } from './strike.js';
import { table } from './table.js';

const verdicts: Verdict[] = [];
const names = Object.keys(few) as Scenario[];

describe.concurrent('an import loses nothing, doubles nothing and takes nothing from a stale worker', () => {
  test.each(names)('%s', { timeout: 240_000 }, async name => {
    const verdict = await scenarios[name](few[name]);
    verdicts.push(verdict);

    expect(verdict).toMatchObject({ faults: few[name].faults, lost: 0, doubled: 0, stale: 0, complaints: [] });
  });
});

afterAll(() => {
  const shares = names.map(name => `${name} ${few[name].faults} of ${full[name].faults}`).join(', ');
  console.info(`A share of npm run soak (${shares}):\n${table(verdicts)}`);
});
