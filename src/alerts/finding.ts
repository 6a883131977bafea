import type { AlertKind, AlertOwner, AlertSeverity } from './alert-kind.js';

/** Something that is wrong at this moment, as one look shows it. */
export interface Finding {
  readonly kind: AlertKind;
  /** Absent for what concerns the house. */
  readonly customerId?: string;
  readonly connectionId?: string;
  readonly platform?: string;
  /** What else tells it from others of its kind, such as the id of a sync. */
  readonly part?: string;
  readonly severity: AlertSeverity;
  readonly owner: AlertOwner;
  /** Our own words; names that come from outside only in `details`. */
  readonly problem: string;
  readonly remedy: string;
  readonly linkId?: string;
  /** Numbers, times and names. Never a secret, never what people said on a call, never a call's title. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Which time that it went wrong. */
  readonly occurrence: string;
  /** Grows when it should be told again though it is no worse; else 0. */
  readonly step?: number;
  readonly since: Date;
  /** It is nearly over: keeps an alert that is open, and opens none. */
  readonly isEnding?: true;
  /** What follows from it is still held back: people are not told yet. */
  readonly isHeld?: true;
  /** Connections whose troubles, if they are of a kind that may be common, are parts of this one. */
  readonly parts?: readonly string[];
}

/** Among the alerts that are not over there is one of a key. */
export function keyOf({ kind, customerId, connectionId, platform, part }: Finding): string {
  return [kind, customerId ?? 'house', connectionId ?? platform ?? '', part ?? ''].join('/');
}
