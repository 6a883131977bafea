import { fetchTranscripts, type Imported, listCalls, slidingWindow, type Target } from './target.js';

/** Wrong: asks for every transcript on its own, fifty to a hundred times as many requests as are needed. */
export async function importOneByOne(target: Target): Promise<Imported> {
  const pace = slidingWindow(target.limit);
  const calls = await listCalls(target, pace);
  const fetched = await Promise.all(calls.map(id => fetchTranscripts(target, pace, [id])));
  return { calls: new Set(calls), transcripts: new Set(fetched.flat()) };
}
