import type { Capability, MatrixRow, WayIn } from './matrix.js';

const capabilityWords: Readonly<Record<Capability, string>> = {
  'list-calls': 'calls',
  transcripts: 'transcripts',
  'recording-references': 'recording references',
  preview: 'preview',
};

/** Header, and how a row fills the column. */
type Column = readonly [string, (row: MatrixRow) => string];

const platform: Column = ['platform', row => `[${row.name}](${row.docs})`];
const brings: Column = ['the customer brings', row => row.customerBrings.join(' ')];
const checked: Column = ['checked on', row => row.verifiedOn];

const ofReached: readonly Column[] = [
  platform,
  ['status', row => row.status],
  ['ways in, and what each brings', row => row.authMethods.map(wayInWords).join('; ')],
  ['how far back', row => reach(row.reachesBackDays)],
  ['calls appear within', row => (row.settleHours === undefined ? '' : hours(row.settleHours))],
  ['tells of calls by', row => row.tellsOfCalls ?? ''],
  ['limits', row => row.limits.join('; ')],
  ['calls a day at most', row => row.callsPerDayAtMost?.toLocaleString('en-US') ?? ''],
  brings,
  ['know before', row => row.caveat ?? ''],
  ['conformance checks skipped', row => row.exceptions.map(({ check, reason }) => `${check}: ${reason}`).join(' ')],
  checked,
];
const ofOthers: readonly Column[] = [
  platform,
  ['status', row => row.status],
  ['why', row => row.caveat ?? ''],
  ['what would change it', row => row.wouldChangeIf ?? ''],
  brings,
  checked,
];

/**
 * The capability matrix as two Markdown tables: what can be imported from, and what else was looked at. Ends in a line break.
 * Same rows, same bytes.
 */
export function matrixMarkdown(rows: readonly MatrixRow[]): string {
  const isReached = ({ capabilities }: MatrixRow): boolean => capabilities.length > 0;
  const others = rows.filter(row => !isReached(row));
  return `${table(ofReached, rows.filter(isReached))}\nLooked at, and not to be imported from:\n\n${table(ofOthers, others)}`;
}

function table(columns: readonly Column[], rows: readonly MatrixRow[]): string {
  const lines = [
    columns.map(([header]) => header),
    columns.map(() => '---'),
    ...rows.map(row => columns.map(([, cell]) => escaped(cell(row)))),
  ];
  return lines.map(cells => `| ${cells.join(' | ')} |\n`).join('');
}

function wayInWords({ label, capabilities }: WayIn): string {
  return `${label}: ${capabilities.map(capability => capabilityWords[capability]).join(', ')}`;
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
