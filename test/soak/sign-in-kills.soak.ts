import { expect, test } from 'vitest';
import { expected, playKill, purposes, type Step, steps, type Verdict } from '../faults/sign-ins/kills.js';
import { openSignInWorld } from '../faults/sign-ins/world.js';

const times = Math.max(1, Math.ceil(5 * Number(process.env['SOAK_SHARE'] ?? 1)));

test(`kill -9 at every step of a sign-in by link, ${times} times each`, async () => {
  const world = await openSignInWorld();
  const rows = [heads];
  try {
    for (const [n, step] of steps.entries()) {
      const verdicts: Verdict[] = [];
      for (let round = 0; round < times; round++) {
        const purpose = purposes[(n + round) % purposes.length] ?? 'connect';
        const verdict = await playKill(world, step, purpose);
        expect(verdict, `${step}, to ${purpose}`).toEqual(expected(step, purpose));
        verdicts.push(verdict);
      }
      rows.push(cells(step, verdicts));
    }
  } finally {
    console.info(rows.map(row => row.map(cell => cell.padEnd(17)).join(' ')).join('\n'));
    await world.close();
  }
});

const heads = [
  ...['step', 'kills', 'link led on', 'was through', 'epochs at most', 'old one worked'],
  ...['granted there', 'orphans held', 'orphans revoked'],
];

function cells(step: Step, verdicts: readonly Verdict[]): string[] {
  const sum = (of: (verdict: Verdict) => number): number => verdicts.reduce((all, each) => all + of(each), 0);
  return [
    step,
    ...[
      verdicts.length,
      sum(({ link }) => Number(link === 'finished')),
      sum(({ link }) => Number(link === 'used')),
      Math.max(...verdicts.flatMap(({ epochs }) => epochs.map(({ length }) => length))),
      sum(({ livesBy: [then] }) => Number(then === 'old')),
      sum(({ granted }) => granted),
      sum(({ orphans }) => orphans.held),
      sum(({ orphans }) => orphans.revoked),
    ].map(String),
  ];
}
