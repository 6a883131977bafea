import type { CallDraft } from '#connector';

/** Which calls a run is for; null: whatever it is. */
export interface CallFilter {
  readonly medium: 'phone' | 'meeting' | null;
  /** Calls of which the platform does not tell it are none of them. */
  readonly direction: 'inbound' | 'outbound' | 'internal' | null;
  /** Calls of which the platform does not tell their length are kept. */
  readonly minDurationSeconds: number | null;
}

export const everyCall: CallFilter = { medium: null, direction: null, minDurationSeconds: null };

/** Undefined where every call is wanted: then the platform's counts are ours. */
export function wantedBy({ medium, direction, minDurationSeconds }: CallFilter) {
  if (medium === null && direction === null && minDurationSeconds === null) return undefined;
  return (call: CallDraft): boolean =>
    (medium === null || call.medium === medium) &&
    (direction === null || call.direction === direction) &&
    (minDurationSeconds === null || (call.durationSeconds ?? minDurationSeconds) >= minDurationSeconds);
}
