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
  const starts = calls.map(hint => startOf(hint, now));
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

interface Span {
  readonly from: number;
  readonly to: number;
}

/** When a call may have started; undefined when that is not said, or cannot be true. */
function startOf({ startedAt = '', startedWithin }: Extract<Hint, { kind: 'call' }>, now: Date): Span | undefined {
  const [from, to] = [startedWithin?.from ?? startedAt, startedWithin?.to ?? startedAt].map(text => Date.parse(text));
  if (from === undefined || to === undefined || !(from <= to && to - from <= dayMs)) return undefined;
  const isPossible = now.getTime() - from <= oldestMs && to - now.getTime() <= dayMs;
  // An event may round what a listing does not.
  return isPossible ? { from: from - minuteMs, to: to + minuteMs } : undefined;
}

function isId(externalId: unknown): externalId is string {
  return typeof externalId === 'string' && externalId !== '' && externalId.length <= mostCharacters;
}

function joined(spans: readonly Span[]): readonly Window[] {
  const windows: { from: number; to: number }[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = windows.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else windows.push({ from, to });
  }
  return windows.map(({ from, to }) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() }));
}
