import { afterAll, describe, expect, test } from 'vitest';
import { counted, full, type Scenario } from '../faults/counts.js';
import { scenarios } from '../faults/scenarios/index.js';
import type { Verdict } from '../faults/strike.js';
import { quantile, table } from '../faults/table.js';

const verdicts: Verdict[] = [];
const resumedWithinMs = 15_000;

describe('an import loses nothing, doubles nothing and takes nothing from a stale worker', () => {
  test.each(Object.keys(full) as Scenario[])('%s', async name => {
    const count = counted(name);
    const verdict = await scenarios[name](count);
    verdicts.push(verdict);
    console.info(table([verdict]), verdict.complaints);

    expect(verdict).toMatchObject({ faults: count.faults, lost: 0, doubled: 0, stale: 0, complaints: [] });
    expect(quantile(verdict.resumedMs, 0.95)).toBeLessThan(resumedWithinMs);
  });
});

afterAll(() => console.info(`\n${table(verdicts)}\n`));
