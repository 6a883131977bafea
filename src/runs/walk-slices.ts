import type { Window } from '#connector';
import type { OpenAccount } from '../access/index.js';
import { PlatformError } from '../core/errors.js';
import type { Keyring, Sql } from '../core/ports.js';
import type { Traces } from '../core/traces.js';
import {
  callsWithin,
  CursorDied,
  type Fetcher,
  fetchPage,
  isWhole,
  type PartOfHaul,
  Prospects,
  type PullOptions,
  setAsideRead,
  splitSlice,
  Trail,
  withReplyMemory,
} from '../engine/index.js';
import type { FieldShares } from './drift/field-shares.js';
import { Interrupted, interruptionOf } from './end-of-work.js';
import { LeaseLost } from './lease.js';
import type { Meter } from './meter.js';
import { divideSlice, finishSlice, openSlices, restartSlice, type Slice } from './slices.js';
import type { RunSnapshot } from './snapshot.js';
import type { Sought } from './sought.js';
import { type PageTarget, storedBy, storePage } from './store-page.js';
import { PageSpans } from './page-spans.js';

/** With fewer, the first pages of a cold process leave the limit unused while they are stored. */
const fewestInFlight = 3;
/** Where replies are slow, more are needed to use the limit up. */
const mostInFlight = 4;
const mostRestarts = 20;
/** Dividing only saves time, so a platform that counts too much does not get more of it. */
const mostDivisions = 1_000;

export interface Walk {
  readonly house: { readonly sql: Sql; readonly keyring: Keyring; readonly traces: Traces };
  readonly account: OpenAccount;
  readonly ask: Fetcher;
  readonly target: PageTarget;
  readonly withTranscripts: boolean;
  readonly wants: PullOptions['wants'];
  readonly known: PullOptions['known'];
  readonly listed: PullOptions['listed'];
  /** What it is only about; undefined: everything. */
  readonly sought: Sought | undefined;
  readonly meter: Meter;
  readonly shares: FieldShares;
  /** Aborts when no further page is to be begun. */
  readonly signal: AbortSignal;
  readonly tell: (snapshot: RunSnapshot) => void;
}

/**
 * Reads all open slices to their ends, several at a time. In a slice, the next page is asked for when
 * this one is stored. As long as no limit makes us wait, another slice is begun beside the others.
 */
export async function walkSlices(walk: Walk): Promise<void> {
  const waiting = await openSlices(walk.house.sql, walk.target.lease);
  const spans = new PageSpans(walk.house.traces, walk.target);
  const queue: Queue = { waiting, spans, divisions: 0, prospects: new Prospects() };
  const errors: unknown[] = [];
  let inFlight = 0;
  await new Promise<void>(resolve => {
    const begin = (): void => {
      const slice = errors.length === 0 && walk.sought?.isOver !== true ? waiting.shift() : undefined;
      if (slice === undefined) {
        if (inFlight === 0) resolve();
        return;
      }
      inFlight += 1;
      walkSlice(walk, slice, queue, () => errors.length > 0, more)
        .catch((error: unknown) => errors.push(error))
        .finally(() => {
          inFlight -= 1;
          begin();
        });
    };
    const more = (): void => {
      if (inFlight < mostInFlight && walk.account.pacer.binding === undefined) begin();
    };
    for (let i = 0; i < fewestInFlight; i++) begin();
  });
  if (errors.length > 0) throw worst(errors);
}

/** What is remembered on the way through one slice. */
interface Way {
  readonly trail: Trail;
  /** What is stored of it, in the order of the listing: no transcript of these is asked for again. */
  readonly held: Map<string, number>;
  /** How many calls the platform counts in what is being read. */
  counted: number | undefined;
  /** A slice whose cursor died, how many calls it holds, and the part of it that had been read. */
  aside: { readonly whole: Window; readonly counted: number; readonly read: Slice } | undefined;
}

interface Queue {
  readonly waiting: Slice[];
  readonly spans: PageSpans;
  divisions: number;
  readonly prospects: Prospects;
}

async function walkSlice(
  walk: Walk,
  start: Slice,
  queue: Queue,
  failed: () => boolean,
  more: () => void,
): Promise<void> {
  const way: Way = { trail: new Trail(), held: new Map(), counted: undefined, aside: undefined };
  for (let slice: Slice | undefined = start; slice !== undefined; ) {
    if (walk.signal.aborted) throw interruptionOf(walk.signal);
    if (failed() || walk.sought?.isOver === true) return;
    const here: Slice = slice;
    slice = (await queue.spans.page(() => step(walk, here, queue, way))) ?? (await settle(walk, way));
    more();
  }
}

/** Fetches and stores one page. Gives the slice as it then stands, or undefined at its end. */
async function step(walk: Walk, slice: Slice, queue: Queue, way: Way): Promise<Slice | undefined> {
  const { house, account, target, meter } = walk;
  const { trail, held } = way;
  const store = async (haul: PartOfHaul): Promise<void> => {
    const { snapshot, order } = await storePage(house, target, slice, haul, () => {
      meter.countCalls(haul.calls.length);
      return meter.read(account.pacer.binding);
    });
    for (const { draft, isPartial } of haul.calls) {
      const at = Date.parse(draft.startedAt);
      held.set(draft.externalId, at);
      if (isPartial !== true) walk.shares.count(draft, at);
    }
    walk.tell(snapshot);
    if (order !== 'run') throw new Interrupted(order);
    if (!isWhole(haul) && walk.signal.aborted) throw interruptionOf(walk.signal);
  };
  const { fetcher, letGo } = withReplyMemory(walk.ask);
  try {
    const haul = await fetchPage(account.connector, fetcher, slice, {
      withTranscripts: walk.withTranscripts,
      wants: walk.wants,
      known: walk.known,
      listed: walk.listed,
      lacks: account.lacks,
      trail,
      held,
      prospects: queue.prospects,
      parts: { keep: store, kept: ids => storedBy(house.sql, target.lease, ids) },
    });
    const isFirst = slice.cursor === undefined && slice.restarts === 0;
    if (isFirst && haul.next !== undefined && queue.divisions < mostDivisions) {
      const middle = splitSlice(slice, haul.total);
      if (middle !== undefined) {
        const [newer, older] = await divideSlice(house.sql, target.lease, slice, middle);
        queue.divisions += 1;
        queue.waiting.unshift(older);
        trail.forget();
        return newer;
      }
    }
    way.counted = haul.total;
    // The platform counts every call.
    await store(walk.wants === undefined ? haul : { ...haul, total: undefined });
    letGo();
    return haul.next === undefined ? undefined : { ...slice, cursor: haul.next };
  } catch (error) {
    if (!(error instanceof CursorDied)) throw error;
    if (slice.restarts >= mostRestarts) {
      throw new PlatformError(
        'PLATFORM_CHANGED',
        'stop',
        `The platform's page marks died ${mostRestarts} times in one stretch of time.`,
        {
          remedy: 'Import a shorter window; if it happens there too, ask the platform why its cursors expire.',
          cause: error,
        },
      );
    }
    trail.forget();
    return restart(walk, slice, way);
  }
}

/**
 * The slice again. Where most of it was read, what is left comes first: when all that the platform counts in the slice
 * is held then, nothing needs to be read twice.
 */
async function restart({ house, account, target }: Walk, slice: Slice, way: Way): Promise<Slice> {
  const again = await restartSlice(house.sql, target.lease, slice);
  const { counted, held } = way;
  const division = way.aside === undefined ? setAsideRead(slice, held, account.connector.calls.pageSize) : undefined;
  if (division === undefined || counted === undefined) return again;
  const [newer, older] = await divideSlice(house.sql, target.lease, again, division.middle);
  const [read, left] = division.readIs === 'newer' ? [newer, older] : [older, newer];
  way.aside = { whole: slice, counted, read };
  return left;
}

/** At the end of what was left of a slice. Gives the part that was read before when it has to be read again after all. */
async function settle({ house, target }: Walk, way: Way): Promise<Slice | undefined> {
  const { aside, held, trail } = way;
  if (aside === undefined) return undefined;
  way.aside = undefined;
  trail.forget();
  if (callsWithin(aside.whole, held).length !== aside.counted) return aside.read;
  await finishSlice(house.sql, target.lease, aside.read, callsWithin(aside.read, held).length);
  return undefined;
}

/** Of what the walkers met, the one that decides: a lost lease, then a wish to stop, then the first failure. */
function worst(errors: readonly unknown[]): unknown {
  return (
    errors.find(error => error instanceof LeaseLost) ?? errors.find(error => error instanceof Interrupted) ?? errors[0]
  );
}
