import { batched } from '../batched.js';
import { StoredTranscript } from './transcript.entity.js';

/** Where the transcript of a call comes from; undefined when there is none. Its words are not read. */
export const transcriptOrigin = batched(async ({ em }, callIds) => {
  const found = await em.find(StoredTranscript, { callId: { $in: [...callIds] } });
  return new Map(found.map(({ callId, origin }) => [callId, origin] as const));
});
