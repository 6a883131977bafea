import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadChecks, loadTwin } from './load.js';

const checks = await loadChecks();

describe.each(checks)('$name', ({ name, run, skip }) => {
  test('rejects its twin', async () => {
    const twin = await loadTwin(name);
    if (twin === undefined)
      throw new Error(`test/conformance/twins/${name}.ts is missing: who knows whether the check can fail?`);
    expect(skip?.(twin.subject)).toBeUndefined();

    const verdict = await run(twin.subject).then(
      () => `accepts a connector that ${twin.flaw}`,
      () => 'rejected',
    );

    expect(verdict).toBe('rejected');
  });
});

test('every twin belongs to a check', () => {
  const twins = readdirSync(new URL('twins/', import.meta.url)).map(file => file.replace(/\.ts$/, ''));
  const known = checks.map(({ name }) => name);
  expect(twins.filter(twin => !twin.startsWith('made-up') && !known.includes(twin))).toEqual([]);
});
