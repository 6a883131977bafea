import type { Window } from '#connector';
import { PlatformError } from '../../src/core/errors.js';
import {
  CursorDied,
  type FetchedCall,
  fetchPage,
  type Haul,
  planSlices,
  type Unusable,
  Trail,
} from '../../src/engine/index.js';
import { window as wholeWindow, type World } from './world.js';

/** What a run goes on from: which slice, and where in its listing. */
export interface Place {
  readonly slice: number;
  readonly cursor: string | undefined;
}

export interface Walked {
  readonly calls: readonly FetchedCall[];
  /** In the order in which they came, a call that came twice twice. */
  readonly ids: readonly string[];
  readonly unusable: readonly Unusable[];
  /** Listed calls that lie outside the slice that was asked for. */
  readonly outside: number;
  readonly slices: number;
  /** After each page: where to go on, and how many calls were there by then. */
  readonly checkpoints: readonly { readonly place: Place; readonly stored: number }[];
  readonly restarts: number;
}

const mostRestarts = 5;
const mostSteps = 500;

/** Reads a window to its end as a run does: slice by slice, page by page, waiting where it is told to. */
export async function walk(
  world: World,
  given: Window = wholeWindow,
  from: Place = { slice: 0, cursor: undefined },
  afterPage: () => void = () => undefined,
): Promise<Walked> {
  const { connector } = world.subject;
  const slices = planSlices(given, { total: 400, maxWindowDays: connector.calls.maxWindowDays });
  const hauls: Haul[] = [];
  const checkpoints: Walked['checkpoints'][number][] = [];
  const trail = new Trail();
  let place = from;
  let restarts = 0;
  for (let step = 0; place.slice < slices.length; step++) {
    if (step > mostSteps) throw new Error('The listing does not come to an end.');
    try {
      const asked = { ...(slices[place.slice] as Window), cursor: place.cursor };
      const haul = await fetchPage(connector, world.ask, asked, { withTranscripts: true, lacks: world.lacks, trail });
      hauls.push(haul);
      afterPage();
      if (haul.next === undefined) trail.forget();
      place = haul.next === undefined ? { slice: place.slice + 1, cursor: undefined } : { ...place, cursor: haul.next };
      checkpoints.push({ place, stored: hauls.reduce((sum, { calls }) => sum + calls.length, 0) });
    } catch (error) {
      if (error instanceof CursorDied && restarts++ < mostRestarts) {
        trail.forget();
        place = { ...place, cursor: undefined };
      } else waitAsTold(world, error);
    }
  }
  const calls = hauls.flatMap(haul => haul.calls);
  const ids = calls.map(({ draft }) => draft.externalId);
  const unusable = hauls.flatMap(haul => haul.unusable);
  const outside = hauls.reduce((sum, haul) => sum + haul.outside, 0);
  return { calls, ids, unusable, outside, slices: slices.length, checkpoints, restarts };
}

/** How many calls a listing may show outside of what was asked: those in its margin, and a few at the bounds. */
export function outsideAtMost({ subject, simulator }: World, { from, to }: Window, slices: number): number {
  const { before = 0, after = 0 } = subject.connector.calls.marginHours ?? {};
  const hour = 3_600_000;
  const around = [Date.parse(from) - before * hour, Date.parse(to) + after * hour].map(at =>
    new Date(at).toISOString(),
  );
  const [widest = from, latest = to] = around;
  // Each slice is widened, those in the middle of the window too.
  const beside = simulator.idsWithin(widest, latest).length - simulator.idsWithin(from, to).length;
  const days = (Date.parse(to) - Date.parse(from)) / (24 * hour);
  const perHour = simulator.idsWithin(from, to).length / Math.max(1, days * 24);
  const inside = before + after === 0 ? 0 : Math.ceil(4 * perHour * (before + after)) * (slices - 1);
  return beside + inside + 2 * slices;
}

function waitAsTold(world: World, error: unknown): void {
  if (!(error instanceof PlatformError) || error.recovery !== 'wait' || error.until === undefined) throw error;
  world.time.ms = Math.max(world.time.ms, error.until.getTime());
}

/** What the work ended with; undefined when it did not fail. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error ?? new Error('Something empty was thrown.'),
  );
}
