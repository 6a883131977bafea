import { type Imported, post, slidingWindow, type Target } from './target.js';

/** Wrong: sends the cursor of a POST in the query, where nobody reads it, and gets page 1 for ever. */
export async function importWithCursorInQuery(target: Target, patience = 8): Promise<Imported> {
  const pace = slidingWindow(target.limit);
  const calls = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < patience && (page === 0 || cursor); page++) {
    const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
    const question = { filter: { fromDateTime: target.window.from, toDateTime: target.window.to } };
    const { body } = await post(target, pace, `/v2/calls/extensive${query}`, question);
    for (const call of body.calls ?? []) calls.add(call.metaData.id);
    cursor = body.records?.cursor;
  }
  return { calls, transcripts: new Set() };
}
