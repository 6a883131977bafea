import { describe, expect, test } from 'vitest';
import { exceptionsOf } from './kit.js';
import { loadChecks, loadSubjects } from './load.js';
import { madeUp } from './twins/made-up.js';

const checks = await loadChecks();
const subjects = [madeUp(), ...(await loadSubjects())];

describe.each(subjects)('$folder', subject => {
  const exceptions = exceptionsOf(subject);

  test.each(checks)('$name: $fact', async ({ name, skip, run }) => {
    const reason = exceptions.find(({ check }) => check === name)?.reason ?? skip?.(subject);
    if (reason !== undefined) console.warn(`${subject.folder} is excused from ${name}: ${reason}`);
    else await run(subject);
  });

  test('is excused only from checks that exist, and for a reason', () => {
    const known = checks.map(({ name }) => name);
    expect(exceptions.filter(({ check, reason }) => !known.includes(check) || reason.trim() === '')).toEqual([]);
  });
});

test('at least one real platform is put to the test', () => {
  expect(subjects.length).toBeGreaterThan(1);
});
