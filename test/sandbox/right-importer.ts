import { fetchTranscripts, type Imported, listCalls, slidingWindow, type Target } from './wrong-importers/target.js';

/** Cursor in the body, a hundred transcripts in a request, a sliding window: nothing to hold against it. */
export async function importRightly(target: Target): Promise<Imported> {
  const pace = slidingWindow(target.limit);
  const calls = await listCalls(target, pace);
  const transcripts = new Set<string>();
  for (let at = 0; at < calls.length; at += 100) {
    for (const id of await fetchTranscripts(target, pace, calls.slice(at, at + 100))) transcripts.add(id);
  }
  return { calls: new Set(calls), transcripts };
}
