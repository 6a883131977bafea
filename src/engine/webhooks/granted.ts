import type { Subscription } from '#connector';
import { Secret } from '../../core/secret.js';

/** A subscription as it was granted, which may be less than what was asked for. */
export interface GrantedSubscription {
  readonly id: string;
  readonly url: string | undefined;
  /** What will verify its events; undefined where nothing does or where it was told before. */
  readonly secret: Secret<string> | undefined;
  readonly expiresAt: Date | undefined;
  /** Half of what was granted is over then. Absent: it does not end. */
  readonly renewAt: Date | undefined;
  /** The platform has given up sending. */
  readonly isBlocked: boolean;
}

export function granted(told: Subscription, ours: Secret<string> | undefined, now: Date): GrantedSubscription {
  const { id, url, secret, expiresAt, isBlocked = false } = told;
  const end = expiresAt === undefined ? undefined : new Date(expiresAt);
  return {
    ...{ id, url, isBlocked },
    secret: secret === undefined ? ours : new Secret(secret),
    expiresAt: end,
    renewAt: end && new Date(Math.max(now.getTime(), (now.getTime() + end.getTime()) / 2)),
  };
}
