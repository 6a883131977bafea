import { describe, expect, test } from 'vitest';
import { exceptionsOf } from '../../src/catalog/exceptions.js';
import { judge } from './kit.js';
import { loadChecks, loadSubjects } from './load.js';
import { madeUp } from './twins/made-up.js';

const checks = await loadChecks();
const subjects = [madeUp(), ...(await loadSubjects())];

describe.each(subjects)('$folder', subject => {
  test.each(checks)('$name: $fact', async ({ name, ...check }) => {
    const reason = await judge(name, check, subject);
    if (reason !== undefined) console.warn(`${subject.folder} is excused from ${name}: ${reason}`);
  });

  test('is excused only from checks that exist', () => {
    const known = checks.map(({ name }) => name);
    expect(exceptionsOf(subject.connector).filter(({ check }) => !known.includes(check))).toEqual([]);
  });
});

test('at least one real platform is put to the test', () => {
  expect(subjects.length).toBeGreaterThan(1);
});
