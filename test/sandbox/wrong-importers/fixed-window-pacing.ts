import { setTimeout as pause } from 'node:timers/promises';
import type { SimulatedLimit } from '#connector';
import { fetchTranscripts, type Imported, listCalls, type Pace, parts, slidingWindow, type Target } from './target.js';

/** Wrong: counts per window of its own clock, so the end of one and the start of the next make a double burst. */
export function importInFixedWindows(target: Target): Promise<Imported> {
  return importInBursts(target, fixedWindow(target.limit));
}

/** The same bursts, rightly paced. */
export function importInBurstsRightly(target: Target): Promise<Imported> {
  return importInBursts(target, slidingWindow(target.limit));
}

function fixedWindow({ requests, seconds }: SimulatedLimit): Pace {
  const began = performance.now();
  let window = -1;
  let sent = 0;
  return async () => {
    for (;;) {
      const sinceBegin = performance.now() - began;
      const now = Math.floor(sinceBegin / (seconds * 1000));
      if (now !== window) [window, sent] = [now, 0];
      if (sent < requests) break;
      await pause((now + 1) * seconds * 1000 - sinceBegin + 1);
    }
    sent += 1;
  };
}

/** Fetches as much as one window allows at once, then is busy with what it got, now longer, now shorter. */
async function importInBursts(target: Target, pace: Pace): Promise<Imported> {
  const calls = new Set<string>();
  const transcripts = new Set<string>();
  const slices = [...parts(target.window, 2 * target.limit.requests)];
  while (slices.length > 0) {
    const some = slices.splice(0, target.limit.requests);
    const listed = await Promise.all(some.map(window => listCalls(target, pace, window)));
    await pause(1300 * target.limit.seconds);
    const asked = listed.filter(ids => ids.length > 0);
    const fetched = await Promise.all(asked.map(ids => fetchTranscripts(target, pace, ids)));
    await pause(300 * target.limit.seconds);
    for (const id of listed.flat()) calls.add(id);
    for (const id of fetched.flat()) transcripts.add(id);
  }
  return { calls, transcripts };
}
