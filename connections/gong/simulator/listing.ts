import type { Account } from './account.js';
import { hostOf, longestDelay, scheduledAt, workspaceOf } from './item.js';
import { type CallsFilter, moment } from './questions.js';
import { chance, dice } from '#connector';

export const pageSize = 100;

/** All rows of one listing, in the order in which its pages give them out, repeated ones included. */
export interface Rows {
  readonly positions: readonly number[];
  /** Calls that match the filter, each counted once. */
  readonly total: number;
}

/** `scheduled`: the plain listing compares a meeting's scheduled time, the rich one always the start. */
export type Clock = 'started' | 'scheduled';

export function rowsOf(account: Account, filter: CallsFilter, clock: Clock, revealed: boolean): Rows {
  const found = matching(account, filter, clock, revealed);
  if (filter.callIds) return { positions: found, total: found.length };
  return { positions: repeat(account, disturb(account, found)), total: found.length };
}

/** Positions that match, the earliest first. Half-open: a call that starts at `toDateTime` is out. */
export function matching(account: Account, filter: CallsFilter, clock: Clock, revealed: boolean): number[] {
  if (account.options.invisible) return [];
  const from = filter.fromDateTime ? moment(filter.fromDateTime) : Number.NEGATIVE_INFINITY;
  const to = filter.toDateTime ? moment(filter.toDateTime) : Number.POSITIVE_INFINITY;
  const late = new Set(revealed ? [] : account.options.late);
  const hosts = filter.primaryUserIds && new Set(filter.primaryUserIds);
  const matches = (position: number): boolean => {
    const started = account.starts[position] ?? 0;
    const at = clock === 'scheduled' ? (scheduledAt(account, position) ?? started) : started;
    if (at < from || at >= to || late.has(position)) return false;
    if (filter.workspaceId && workspaceOf(account, position) !== filter.workspaceId) return false;
    return !hosts || hosts.has(hostOf(account, position).id);
  };
  return candidates(account, filter, from, to).filter(matches);
}

function candidates(account: Account, filter: CallsFilter, from: number, to: number): number[] {
  if (filter.callIds) {
    const known = filter.callIds.map(id => account.positionOf(id)).filter(position => position !== undefined);
    return [...new Set(known)].sort((a, b) => a - b);
  }
  const first = firstFrom(account.starts, from - longestDelay);
  const end = firstFrom(account.starts, to + longestDelay);
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}

/** The first position that starts at the time or later. */
function firstFrom(starts: Float64Array, at: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Shuffles within stretches, so that no call is further from its place than the option says. */
function disturb(account: Account, rows: number[]): number[] {
  const stretch = (account.options.disorder ?? 0) + 1;
  if (stretch === 1) return rows;
  const disturbed: number[] = [];
  for (let at = 0; at < rows.length; at += stretch) {
    const some = rows.slice(at, at + stretch).map(position => [dice(account.seed, position, 110), position] as const);
    some.sort((a, b) => a[0] - b[0]);
    for (const [, position] of some) disturbed.push(position);
  }
  return disturbed;
}

/** Lists a share of the calls once more, on a later page, or at the very end where no page is left. */
function repeat(account: Account, rows: number[]): number[] {
  const share = account.options.duplicates ?? 0;
  if (share === 0) return rows;
  const again = rows.map((position, row) => ({ position, due: row + pageSize + 7 }));
  const twice = again.filter(({ position }) => chance(account.seed, position, 111) < share);
  const repeated: number[] = [];
  let next = 0;
  rows.forEach((position, row) => {
    for (; (twice[next]?.due ?? Number.POSITIVE_INFINITY) <= row; next++) repeated.push(twice[next]?.position ?? 0);
    repeated.push(position);
  });
  for (const { position } of twice.slice(next)) repeated.push(position);
  return repeated;
}
