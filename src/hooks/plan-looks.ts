import type { Window } from '#connector';

/** What one event leads to. */
export interface Told {
  readonly id: string;
  readonly windows: readonly Window[];
  /** Also what is recent, since it does not say when. */
  readonly isRecent: boolean;
}

const hourMs = 3_600_000;
/** Looks so near to each other are one: a page more costs less than another request. */
const nearMs = hourMs;
const mostLooks = 5;

/**
 * Which stretches to look at for these events, and for which of them that is all: the first ones, until there are too many stretches. The
 * others wait for the next time.
 */
export function planLooks(
  told: readonly Told[],
  { now, recentHours }: { readonly now: Date; readonly recentHours: number },
): { readonly looks: readonly Window[]; readonly covered: readonly string[] } {
  const recent: Window = { from: new Date(now.getTime() - recentHours * hourMs).toISOString(), to: now.toISOString() };
  let looks: readonly Window[] = [];
  const covered: string[] = [];
  for (const { id, windows, isRecent } of told) {
    const more = joined([...looks, ...windows, ...(isRecent ? [recent] : [])]);
    if (more.length > mostLooks && covered.length > 0) break;
    looks = more;
    covered.push(id);
  }
  return { looks, covered };
}

function joined(windows: readonly Window[]): readonly Window[] {
  const result: { from: string; to: string }[] = [];
  for (const { from, to } of windows.toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))) {
    const last = result.at(-1);
    if (last === undefined || Date.parse(from) - Date.parse(last.to) > nearMs) result.push({ from, to });
    else if (Date.parse(to) > Date.parse(last.to)) last.to = to;
  }
  return result;
}

/** What of it lies between these times; undefined when nothing does. */
export function clipped({ from, to }: Window, earliest: Date, latest: Date): Window | undefined {
  const begin = Math.max(Date.parse(from), earliest.getTime());
  const end = Math.min(Date.parse(to), latest.getTime());
  return begin < end ? { from: new Date(begin).toISOString(), to: new Date(end).toISOString() } : undefined;
}
