import type { Capability, MatrixRow } from './matrix.js';

const capabilityWords: Readonly<Record<Capability, string>> = {
  'list-calls': 'calls',
  transcripts: 'transcripts',
  'recording-references': 'recording references',
  preview: 'preview',
};

/** Header, and how a row fills the column. */
const columns: readonly (readonly [string, (row: MatrixRow) => string])[] = [
  ['platform', row => `[${row.name}](${row.docs})`],
  ['status', row => row.status],
  ['what comes along', row => row.capabilities.map(capability => capabilityWords[capability]).join(', ')],
  ['how far back', row => (row.capabilities.length === 0 ? '' : reach(row.reachesBackDays))],
  ['calls appear within', row => (row.settleHours === undefined ? '' : hours(row.settleHours))],
  ['limits', row => row.limits.join('; ')],
  ['calls a day at most', row => row.callsPerDayAtMost?.toLocaleString('en-US') ?? ''],
  ['the customer brings', row => row.customerBrings.join(' ')],
  [
    'know before',
    row => [row.caveat, row.wouldChangeIf && `Would change if: ${row.wouldChangeIf}`].filter(Boolean).join(' '),
  ],
  ['checked on', row => row.verifiedOn],
];

/** The capability matrix as a Markdown table, ending in a line break. Same rows, same bytes. */
export function matrixMarkdown(rows: readonly MatrixRow[]): string {
  const lines = [
    columns.map(([header]) => header),
    columns.map(() => '---'),
    ...rows.map(row => columns.map(([, cell]) => escaped(cell(row)))),
  ];
  return lines.map(cells => `| ${cells.join(' | ')} |\n`).join('');
}

function reach(days: number | undefined): string {
  return days === undefined ? 'as long as the account is old' : `${days} days`;
}

function hours(count: number): string {
  return count >= 48 && count % 24 === 0 ? `${count / 24} days` : `${count} hours`;
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
