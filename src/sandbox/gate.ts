import type { LimitStanding, SimulatedLimit } from '#connector';

export interface Admission {
  readonly admitted: boolean;
  /** Milliseconds between the moment when the limits gave way and the arrival; negative: that much too early. */
  readonly lateByMs: number | undefined;
  /** Whole seconds, rounded up; 0 when admitted. */
  readonly retryAfterSeconds: number;
  /** Of the tightest limit that counted the request, now. Costs as much as the limit is wide. */
  standing(): LimitStanding | undefined;
}

/**
 * Limits as a sliding window on arrival: whatever stretch of `seconds` one looks at, no more than
 * `requests` were let in. Refused requests take nothing out of a limit; where there is a penalty, each begins it anew.
 */
export function openGate(limits: readonly SimulatedLimit[]): (at: number, group?: string) => Admission {
  const windows = limits.map(limit => ({ limit, window: slidingWindow(limit) }));
  return (at, group) => {
    const counting = windows.filter(({ limit }) => limit.group === undefined || limit.group === group);
    const opening = (): number => Math.max(...counting.map(({ window }) => window.opensAt()), Number.NEGATIVE_INFINITY);
    const opensAt = opening();
    const admitted = at >= opensAt;
    for (const { window } of counting)
      if (admitted) window.admit(at);
      else window.punish(at);
    return {
      admitted,
      lateByMs: Number.isFinite(opensAt) ? at - opensAt : undefined,
      retryAfterSeconds: admitted ? 0 : secondsUntil(opening(), at),
      standing() {
        const [tightest] = counting.toSorted((a, b) => rateOf(a.limit) - rateOf(b.limit));
        return (
          tightest && {
            group: tightest.limit.group,
            seconds: tightest.limit.seconds,
            limit: tightest.limit.requests,
            remaining: tightest.window.left(at),
            resetSeconds: secondsUntil(tightest.window.opensAt(), at),
          }
        );
      },
    };
  };
}

function rateOf({ requests, seconds }: SimulatedLimit): number {
  return requests / seconds;
}

function secondsUntil(moment: number, at: number): number {
  return Number.isFinite(moment) ? Math.max(1, Math.ceil((moment - at) / 1000)) : 1;
}

function slidingWindow({ requests, seconds, penaltySeconds }: SimulatedLimit) {
  const latest = new Float64Array(requests).fill(Number.NEGATIVE_INFINITY);
  let admitted = 0;
  let shutUntil = Number.NEGATIVE_INFINITY;
  return {
    /** When the next request may come in: one window after the request that many places before it. */
    opensAt(): number {
      return Math.max(shutUntil, (latest[admitted % requests] ?? 0) + seconds * 1000);
    },
    left: (at: number): number => latest.filter(one => one <= at - seconds * 1000).length,
    admit(at: number): void {
      latest[admitted++ % requests] = at;
    },
    /** Only a limit that refuses punishes, not one beside it. */
    punish(at: number): void {
      if (penaltySeconds !== undefined && at < this.opensAt()) shutUntil = at + penaltySeconds * 1000;
    },
  };
}
