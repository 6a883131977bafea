import type { Connection } from '../access/index.js';
import { openAccount } from '../access/index.js';
import { connectorFor } from '../catalog/index.js';
import { type Fetcher, fetchPage, planSlices } from '../engine/index.js';
import type { Scope } from '../scope.js';
import { type CallFilter, wantedBy } from './filter.js';
import { KnownCalls } from './known-calls.js';

/** What a run would look at. */
export interface GlanceAt {
  readonly from: Date;
  readonly to: Date;
  readonly withTranscripts: boolean;
  readonly filter: CallFilter;
  readonly thorough: boolean;
}

/** What a glance has seen. */
export interface Seen {
  /** All of it is here as the platform lists it, and the platform lists no more. */
  readonly isNothingNew: boolean;
  readonly requests: number;
  /** What the platform answered, by what it was asked: a run that follows need not ask again. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** On the clock of `performance.now()`. */
  readonly at: number;
}
type Answer = { readonly value: unknown } | { readonly error: unknown };

/** There is something to do, and whatever more has to be asked is for the run. */
class News extends Error {}

/** Whether a glance can show that there is nothing new: what it takes one list to see. */
export function isForGlance(
  scope: Scope,
  connection: Connection,
  { from, to }: Pick<GlanceAt, 'from' | 'to'>,
): boolean {
  return slicesOf(scope, connection, { from, to }).length === 1;
}

/**
 * Asks a platform for its list of a short stretch and compares it with what is here, and writes nothing. Most turns of a sync end
 * here; a run begins only when there is something for it to do, and goes on from what was seen. What goes wrong is seen as well.
 */
export async function glance(scope: Scope, connection: Connection, look: GlanceAt): Promise<Seen> {
  const answers = new Map<string, Answer>();
  let requests = 0;
  const seen = (isNothingNew: boolean): Seen => ({ isNothingNew, requests, answers, at: performance.now() });
  try {
    const account = await openAccount(scope, connection, () => (requests += 1));
    const { customerId, platform, accountId } = connection;
    const { withTranscripts, thorough } = look;
    const knownCalls = new KnownCalls(scope, { customerId, platform, accountId, withTranscripts, thorough });
    const [slice] = slicesOf(scope, connection, look);
    if (slice === undefined) return seen(false);
    const haul = await fetchPage(account.connector, remembering(account.ask, answers, scope.signal), slice, {
      withTranscripts,
      wants: wantedBy(look.filter),
      lacks: account.lacks,
      known: async listed => {
        const known = await knownCalls.look(listed);
        if (known.unchanged.size < listed.length) throw new News();
        return known;
      },
    });
    return seen(haul.next === undefined && haul.calls.length === 0 && haul.unusable.length === 0);
  } catch (error) {
    if (!(error instanceof News)) scope.log.debug('A glance met with trouble; a run sees to it.', { error });
    return seen(false);
  }
}

function slicesOf(scope: Scope, { platform }: Connection, { from, to }: Pick<GlanceAt, 'from' | 'to'>) {
  const { maxWindowDays } = connectorFor(scope, platform).calls;
  return planSlices({ from: from.toISOString(), to: to.toISOString() }, { maxWindowDays });
}

function remembering(fetcher: Fetcher, answers: Map<string, Answer>, signal: AbortSignal): Fetcher {
  return {
    async fetch(request, purpose, read) {
      const asked = keyOf(request, purpose);
      try {
        const value = await fetcher.fetch(request, purpose, read);
        answers.set(asked, { value });
        return value;
      } catch (error) {
        // That nobody waits any longer says nothing about the platform.
        if (!signal.aborted) answers.set(asked, { error });
        throw error;
      }
    },
  };
}

/** A fetcher that gives each answer of a glance once in place of asking again. */
export function goingOnFrom(fetcher: Fetcher, { answers }: Seen): Fetcher {
  const left = new Map(answers);
  return {
    async fetch<T>(...asked: Parameters<typeof fetcher.fetch<T>>) {
      const key = keyOf(asked[0], asked[1]);
      const answer = left.get(key);
      left.delete(key);
      if (answer === undefined) return fetcher.fetch(...asked);
      if ('error' in answer) throw answer.error;
      return answer.value as T | undefined;
    },
  };
}

function keyOf(request: object, purpose: string): string {
  return `${purpose} ${JSON.stringify(request)}`;
}

/** What was seen is the same for so long. */
const freshMs = 30_000;
const mostKept = 32;
const kept = new Map<string, Seen>();

/** For the run that follows, should it be begun in this process. */
export function keepSeen(runId: string, seen: Seen): void {
  kept.set(runId, seen);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value ?? '');
}

/** Undefined: nobody has, or too long ago. */
export function takeSeen(runId: string): Seen | undefined {
  const seen = kept.get(runId);
  kept.delete(runId);
  return seen !== undefined && performance.now() - seen.at < freshMs ? seen : undefined;
}
