import type { Verdict } from './strike.js';

const heads = [
  'faults',
  'number',
  'calls',
  'lost',
  'doubled',
  'stale',
  'resumed p50',
  'p95',
  'most',
  'pages twice',
  'requests',
  '429',
  'took',
];

/** One line for each scenario, for people. */
export function table(verdicts: readonly Verdict[]): string {
  const rows = [heads, ...verdicts.map(cells)];
  const widths = heads.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows
    .map(row =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

function cells(verdict: Verdict): string[] {
  const { scenario, faults, calls, lost, doubled, stale, resumedMs, repeatedPages, requests, tooMany, seconds } =
    verdict;
  const counts = [faults, calls, lost, doubled, stale].map(String);
  const resumed = [0.5, 0.95, 1].map(share => `${(quantile(resumedMs, share) / 1_000).toFixed(1)} s`);
  return [
    scenario,
    ...counts,
    ...resumed,
    ...[repeatedPages, requests, tooMany].map(String),
    `${seconds.toFixed(0)} s`,
  ];
}

/** The value that the share stays at or below; 0 of nothing. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;
}
