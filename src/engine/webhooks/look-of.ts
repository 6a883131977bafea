import type { Hint, Webhooks, Window } from '#connector';

/** What an event leads to. */
export interface Look {
  /** Calls that started in one of these may be new or changed. Oldest first; none touches another. */
  readonly windows: readonly Window[];
  /** The event does not say when a call was: look at all that may still change. */
  readonly isRecent: boolean;
  readonly externalIds: readonly string[];
  readonly subscriptionEnds: boolean;
  readonly accessRevoked: boolean;
}

const mostHints = 100;
const mostCharacters = 200;
const minuteMs = 60_000;
const dayMs = 86_400_000;
const oldestMs = 20 * 365 * dayMs;

/** What a connector makes of an event. Whatever cannot be believed becomes a look at all that is recent. */
export function lookOf({ hints }: Pick<Webhooks, 'hints'>, event: unknown, now: Date): Look {
  const told = toldBy(hints, event);
  const calls = told.filter(hint => hint.kind === 'call');
  const starts = calls.map(({ startedAt }) => believable(startedAt, now));
  const known = starts.filter(start => start !== undefined);
  return {
    windows: joined(known),
    isRecent: known.length < starts.length,
    externalIds: [...new Set(calls.flatMap(({ externalId }) => (isId(externalId) ? [externalId] : [])))],
    subscriptionEnds: told.some(({ kind }) => kind === 'subscription-ends'),
    accessRevoked: told.some(({ kind }) => kind === 'access-revoked'),
  };
}

function toldBy(hints: Webhooks['hints'], event: unknown): readonly Hint[] {
  try {
    return hints(event).slice(0, mostHints);
  } catch {
    return [{ kind: 'call' }];
  }
}

function believable(startedAt: string | undefined, now: Date): number | undefined {
  const start = Date.parse(startedAt ?? '');
  const age = now.getTime() - start;
  return age >= -dayMs && age <= oldestMs ? start : undefined;
}

function isId(externalId: unknown): externalId is string {
  return typeof externalId === 'string' && externalId !== '' && externalId.length <= mostCharacters;
}

/** A minute on both sides, since an event may round what a listing does not. */
function joined(starts: readonly number[]): readonly Window[] {
  const windows: { from: number; to: number }[] = [];
  for (const start of starts.toSorted((a, b) => a - b)) {
    const last = windows.at(-1);
    if (last !== undefined && start - minuteMs <= last.to) last.to = start + minuteMs;
    else windows.push({ from: start - minuteMs, to: start + minuteMs });
  }
  return windows.map(({ from, to }) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() }));
}
