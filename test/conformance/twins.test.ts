import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exceptionsOf } from '../../src/catalog/exceptions.js';
import { judge } from './kit.js';
import { loadChecks, loadTwin } from './load.js';
import { madeUp } from './twins/made-up.js';

const checks = await loadChecks();

describe.each(checks)('$name', ({ name, run }) => {
  test('rejects its twin', async () => {
    const twin = await loadTwin(name);
    if (twin === undefined)
      throw new Error(`test/conformance/twins/${name}.ts is missing: who knows whether the check can fail?`);
    expect(exceptionsOf(twin.subject.connector).map(({ check }) => check)).not.toContain(name);

    const verdict = await run(twin.subject).then(
      () => `accepts a connector that ${twin.flaw}`,
      () => 'rejected',
    );

    expect(verdict).toBe('rejected');
  });
});

test('an exception that is not needed is refused', async () => {
  const check = checks.find(({ name }) => name === 'dead-cursor')!;
  const excused = madeUp({ exceptions: [{ check: 'dead-cursor', reason: 'We would rather not.' }] });

  await expect(judge('dead-cursor', check, excused)).rejects.toThrow(/would pass it: take the exception away/);
});

test('an exception that is needed is granted', async () => {
  const check = checks.find(({ name }) => name === 'dead-cursor')!;
  const { subject } = (await loadTwin('dead-cursor'))!;
  const excused = {
    ...subject,
    connector: {
      ...subject.connector,
      exceptions: [{ check: 'dead-cursor', reason: 'Cursors live for ever.' } as const],
    },
  };

  expect(await judge('dead-cursor', check, excused)).toBe('Cursors live for ever.');
});

test('every twin belongs to a check', () => {
  const twins = readdirSync(new URL('twins/', import.meta.url)).map(file => file.replace(/\.ts$/, ''));
  const known = checks.map(({ name }) => name);
  expect(twins.filter(twin => !twin.startsWith('made-up') && !known.includes(twin))).toEqual([]);
});
