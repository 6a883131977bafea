import { jsonText, plain } from '../plain.js';
import type { HubWish, Terminal } from './act.js';

export interface Page<T> {
  readonly totalCount: number;
  readonly nodes: readonly T[];
}

/** Says a page as a table, or as it is for programs. */
export function sayPage<T>(
  terminal: Terminal,
  { json }: HubWish,
  page: Page<T>,
  rowOf: (node: T) => Readonly<Record<string, string>>,
): 0 {
  if (json) terminal.say(`${jsonText(page, 2)}\n`);
  else terminal.say(table(page.nodes.map(rowOf), page.totalCount));
  return 0;
}

function table(rows: readonly Readonly<Record<string, string>>[], total: number): string {
  const [first] = rows;
  if (first === undefined) return 'There are none.\n';
  const names = Object.keys(first);
  const inert = rows.map(row => names.map(name => plain(row[name] ?? '')));
  const widths = names.map((name, nth) => Math.max(name.length, ...inert.map(cells => cells[nth]?.length ?? 0)));
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, nth) => cell.padEnd(widths[nth] ?? 0))
      .join('  ')
      .trimEnd();
  const rest = total > rows.length ? `${rows.length} of ${total}; --limit shows more.\n` : '';
  return `${[lineOf(names), ...inert.map(lineOf)].join('\n')}\n${rest}`;
}

/** A time to the minute, as people in all zones read it. */
export function minute(time: string | null): string {
  return time === null ? '' : `${time.slice(0, 16).replace('T', ' ')}Z`;
}
