import type { CallDraft } from '#connector';

/** Which calls a run is for; null: whatever it is. */
export interface CallFilter {
  readonly medium: 'phone' | 'meeting' | null;
  /** Calls of which the platform does not tell it are none of them. */
  readonly direction: 'inbound' | 'outbound' | 'internal' | null;
  /** Calls of which the platform does not tell their length are kept. */
  readonly minDurationSeconds: number | null;
  /** E-mail addresses in lower case; calls of which the platform tells none of a participant are none of them. */
  readonly users: readonly string[] | null;
}

export const everyCall: CallFilter = { medium: null, direction: null, minDurationSeconds: null, users: null };

/** Undefined where every call is wanted: then the platform's counts are ours. */
export function wantedBy({ medium, direction, minDurationSeconds, users }: CallFilter) {
  if (medium === null && direction === null && minDurationSeconds === null && users === null) return undefined;
  const wanted = users && new Set(users);
  return (call: CallDraft): boolean =>
    (medium === null || call.medium === medium) &&
    (direction === null || call.direction === direction) &&
    (minDurationSeconds === null || (call.durationSeconds ?? minDurationSeconds) >= minDurationSeconds) &&
    (wanted === null || call.participants.some(({ email }) => email !== undefined && wanted.has(email.toLowerCase())));
}
