/**
 * When a token ends and when it is to be refreshed: pure rules, in the database's time.
 */
import type { OAuth2 } from '#connector';
import type { OAuthGrant } from '../../core/ports.js';

export interface Times {
  /** Null: never. */
  readonly accessExpiresAt: Date | null;
  readonly refreshExpiresAt: Date | null;
  readonly refreshedAt: Date;
  readonly dueAt: Date | null;
}

const longestMarginSeconds = 15 * 60;

export interface Situation {
  /** When the request was sent, by the database's clock: the platform cannot have begun to count before. */
  readonly askedAt: Date;
  /** The end of the refresh token that is spent, when the platform gives no new one. */
  readonly refreshExpiresAt?: Date | null | undefined;
  /** There is something to refresh with. */
  readonly renewable: boolean;
  /** At least 0 and below 1. */
  readonly random?: number;
}

export function timesOf(
  { lifetimes }: Pick<OAuth2, 'lifetimes'>,
  grant: Pick<OAuthGrant, 'accessSeconds' | 'refreshSeconds' | 'refreshToken'>,
  { askedAt, refreshExpiresAt: before = null, renewable, random = Math.random() }: Situation,
): Times {
  const life = grant.accessSeconds ?? lifetimes.accessSeconds;
  const accessExpiresAt = after(askedAt, life);
  if (!renewable)
    return { accessExpiresAt, refreshExpiresAt: accessExpiresAt, refreshedAt: askedAt, dueAt: accessExpiresAt };
  const isNew = grant.refreshToken !== undefined;
  const fixedEnd = isNew ? after(askedAt, grant.refreshSeconds ?? lifetimes.refreshSeconds) : before;
  const refreshExpiresAt = earlier(fixedEnd, after(askedAt, lifetimes.idleSeconds));
  const keepAliveAt =
    refreshExpiresAt && new Date((askedAt.getTime() + Math.max(askedAt.getTime(), refreshExpiresAt.getTime())) / 2);
  const dueAt = earlier(
    after(askedAt, life === undefined ? undefined : life - marginSeconds(life, random)),
    keepAliveAt,
  );
  return { accessExpiresAt, refreshExpiresAt, refreshedAt: askedAt, dueAt };
}

/** Time enough for a platform that is away a while, never half the life, and not for all tokens of an hour at once. */
export function marginSeconds(lifeSeconds: number, random: number): number {
  const wished = Math.max(longestMarginSeconds, lifeSeconds / 10);
  return Math.min(wished, lifeSeconds * 0.45) * (0.9 + random / 5);
}

function after(moment: Date, seconds: number | undefined): Date | null {
  return seconds === undefined ? null : new Date(moment.getTime() + seconds * 1_000);
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
