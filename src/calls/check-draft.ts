import type { CallDraft } from '#connector';

const longestDurationSeconds = 10_000_000;

/** Why a mapped call cannot be stored, or undefined when it can. A mapper's mistake must not fail a whole page. */
export function unstorable(draft: CallDraft): string | undefined {
  const { externalId, startedAt, durationSeconds, durationMs, participants } = draft;
  const at = Date.parse(startedAt);
  if (externalId === '' || externalId.length > 500) return 'The id of the call is empty or longer than 500 characters.';
  // Changed so that the database can hold it, it might be the id of another call.
  // The last is what is left of bytes that were no text: others may have become the same.
  if (externalId.includes('\0') || !externalId.isWellFormed() || externalId.includes('\ufffd'))
    return 'The id of the call holds what is no text.';
  if (Number.isNaN(at) || at < 0 || at > Date.UTC(2100, 0))
    return `The start "${startedAt.slice(0, 50)}" is not a time.`;
  if (durationSeconds !== undefined && !isDuration(durationSeconds, 1))
    return `The duration ${durationSeconds} is not a number of whole seconds.`;
  if (durationMs !== undefined && !isDuration(durationMs, 1_000))
    return `The duration ${durationMs} is not a number of whole milliseconds.`;
  if (participants.length > 10_000) return `${participants.length} participants are more than a call can have.`;
  return undefined;
}

function isDuration(duration: number, partsOfSecond: number): boolean {
  return Number.isInteger(duration) && duration >= 0 && duration <= longestDurationSeconds * partsOfSecond;
}
