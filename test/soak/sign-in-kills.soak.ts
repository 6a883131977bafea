import { expect, test } from 'vitest';
import { expected, playKill, purposes, steps, type Verdict } from '../faults/sign-ins/kills.js';
import { openSignInWorld } from '../faults/sign-ins/world.js';

const times = Math.max(1, Math.ceil(5 * Number(process.env['SOAK_SHARE'] ?? 1)));

test(`kill -9 at every step of a sign-in by link, ${times} times each`, async () => {
  const world = await openSignInWorld();
  console.info(
    'step | kills | link usable | epochs at once, most | old one worked until then | granted by the platform | held here, revoked',
  );
  try {
    for (const [n, step] of steps.entries()) {
      const verdicts: Verdict[] = [];
      for (let round = 0; round < times; round++) {
        const purpose = purposes[(n + round) % purposes.length] ?? 'connect';
        const verdict = await playKill(world, step, purpose);
        verdicts.push(verdict);
        expect(verdict).toEqual(expected(step, purpose));
      }
      const count = (is: (verdict: Verdict) => boolean): number => verdicts.filter(is).length;
      const sum = (of: (verdict: Verdict) => number): number => verdicts.reduce((all, each) => all + of(each), 0);
      const finished = count(({ link }) => link === 'finished');
      const used = count(({ link }) => link === 'used');
      const most = Math.max(...verdicts.flatMap(({ epochs }) => epochs.map(({ length }) => length)));
      const cells = [
        ...[step, times, `${finished} again, ${used} were through`, most],
        ...[count(({ livesBy: [then] }) => then === 'old')],
        sum(({ granted }) => granted),
        `${sum(({ orphans }) => orphans.held)}, ${sum(({ orphans }) => orphans.revoked)}`,
      ];
      console.info(cells.join(' | '));
    }
  } finally {
    await world.close();
  }
});
