import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { weighImport } from '../kit/oracle.js';
import { until } from '../kit/until.js';
import type { Trip } from './trip.js';

/** How often and how long, and on how much. */
export interface Count {
  readonly calls: number;
  readonly workers: number;
  readonly faults: number;
  /** How long each fault lasts, where that is not in its nature. */
  readonly seconds?: number;
}

/** A fault that has happened. */
export interface Blow {
  /** When work could go on, in milliseconds since 1970: at once after a kill, with the database's return after an outage. */
  readonly at: number;
  /** The witness's latest note at that time. */
  readonly note: number;
  /** Whose pages do not count as going on. */
  readonly except?: string;
}

/** What came of it. */
export interface Verdict {
  readonly scenario: string;
  readonly faults: number;
  readonly calls: number;
  readonly lost: number;
  readonly doubled: number;
  readonly stale: number;
  /** From each blow to the first page that became durable after it. */
  readonly resumedMs: readonly number[];
  readonly repeatedPages: number;
  readonly requests: number;
  readonly tooMany: number;
  readonly seconds: number;
  /** Everything else that is not as it should be, in words. */
  readonly complaints: readonly string[];
}

const patienceMs = 90_000;
/** A page of the sandbox at three requests a second. */
const pageMs = 670;
const callsPerPage = 100;

/**
 * Strikes so often while the import runs, at random moments, and judges in the end. A blow that is not waited for
 * (`hasty`) may be followed by the next before a page is stored.
 */
export async function strike(
  scenario: string,
  trip: Trip,
  count: Count,
  blow: (n: number) => Promise<Blow | undefined>,
  hasty: (n: number) => boolean = () => false,
): Promise<Verdict> {
  const begun = performance.now();
  const resumedMs: number[] = [];
  let faults = 0;
  await pageAfter(trip, { at: 0, note: 0 });
  for (let n = 0; n < count.faults; n++) {
    await pause(Math.random() * (await leeway(trip, count, n)));
    const struck = await blow(n);
    if (struck === undefined) break;
    faults += 1;
    if (faults % 10 === 0)
      console.info(`${scenario}: ${faults} of ${count.faults}, ${(await trip.state()).stored} calls stored`);
    if (hasty(n)) continue;
    const page = await pageAfter(trip, struck);
    if (page !== undefined) resumedMs.push(page.at - struck.at);
  }
  await until('the end of the import', async () => (await trip.state()).finished, 1_800_000);
  return { scenario, faults, resumedMs, ...(await judge(trip, count)), seconds: (performance.now() - begun) / 1_000 };
}

/** One verdict on several imports of the same scenario. */
export function together(verdicts: readonly Verdict[]): Verdict {
  const [first, ...others] = verdicts;
  if (first === undefined) throw new Error('There is no verdict on no import.');
  return others.reduce(
    (sum, one) => ({
      scenario: sum.scenario,
      faults: sum.faults + one.faults,
      calls: sum.calls + one.calls,
      lost: sum.lost + one.lost,
      doubled: sum.doubled + one.doubled,
      stale: sum.stale + one.stale,
      resumedMs: [...sum.resumedMs, ...one.resumedMs],
      repeatedPages: sum.repeatedPages + one.repeatedPages,
      requests: sum.requests + one.requests,
      tooMany: sum.tooMany + one.tooMany,
      seconds: sum.seconds + one.seconds,
      complaints: [...sum.complaints, ...one.complaints],
    }),
    first,
  );
}

/** Undefined when the import ended without another page. */
export async function pageAfter(trip: Trip, { note, except }: Blow): Promise<{ readonly at: number } | undefined> {
  const seen = await until(
    'a page after the fault',
    async () =>
      (await trip.witness.pageAfter(note, except).catch(() => undefined)) ??
      ((await trip.state().catch(() => undefined))?.finished === true ? ('none' as const) : undefined),
    patienceMs,
  ).catch(async (error: unknown) => {
    throw new Error(await trip.scene(), { cause: error });
  });
  return seen === 'none' ? undefined : seen;
}

/** Spreads the blows over the import without using its pages up before the last one. */
async function leeway(trip: Trip, { calls, faults }: Count, struck: number): Promise<number> {
  const { stored } = await trip.state();
  const pagesEach = (calls - stored) / callsPerPage / (faults - struck);
  return Math.min(4_000, Math.max(0, pagesEach - 1.5) * pageMs);
}

async function judge({ house, importId, witness, api, watched }: Trip, { calls }: Count) {
  const { lost, invented, doubled, told, recounted, slices } = await weighImport(
    house.database,
    house.sandbox,
    importId,
  );
  const stale = await witness.staleWrites();
  const { repeatedPages, requests, tooMany } = house.sandbox.judge(slices);
  const seen = await watched;
  const complaints = [
    ...(invented.length > 0 ? [`${invented.length} calls that the platform does not have`] : []),
    ...(isDeepStrictEqual(told, recounted)
      ? []
      : [`told ${JSON.stringify(told)}, recounted ${JSON.stringify(recounted)}`]),
    ...(seen.every((one, i) => i === 0 || one.sequence >= (seen[i - 1]?.sequence ?? 0)) ? [] : ['progress went back']),
    ...(seen.at(-1)?.stored === calls ? [] : [`the client last saw ${JSON.stringify(seen.at(-1))}`]),
    ...(api.child.exitCode === null && api.child.signalCode === null ? [] : ['the API has died']),
    ...stale.slice(0, 3).map(one => `stale: ${JSON.stringify(one)}`),
  ];
  return {
    calls,
    lost: lost.length,
    doubled: doubled.length,
    stale: stale.length,
    repeatedPages,
    requests,
    tooMany,
    complaints,
  };
}
