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
 * `requests` were let in. Refused requests take nothing out of a limit.
 */
export function openGate(limits: readonly SimulatedLimit[]): (at: number, group?: string) => Admission {
  const windows = limits.map(limit => ({ limit, window: slidingWindow(limit) }));
  return (at, group) => {
    const counting = windows.filter(({ limit }) => limit.group === undefined || limit.group === group);
    const opensAt = Math.max(...counting.map(({ window }) => window.opensAt()), Number.NEGATIVE_INFINITY);
    const admitted = at >= opensAt;
    if (admitted) for (const { window } of counting) window.admit(at);
    return {
      admitted,
      lateByMs: Number.isFinite(opensAt) ? at - opensAt : undefined,
      retryAfterSeconds: admitted ? 0 : secondsUntil(opensAt, at),
      standing() {
        const [tightest] = counting.toSorted((a, b) => rateOf(a.limit) - rateOf(b.limit));
        return (
          tightest && {
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

function slidingWindow({ requests, seconds }: SimulatedLimit) {
  const latest = new Float64Array(requests).fill(Number.NEGATIVE_INFINITY);
  let admitted = 0;
  return {
    /** When the next request may come in: one window after the request that many places before it. */
    opensAt(): number {
      return (latest[admitted % requests] ?? 0) + seconds * 1000;
    },
    left: (at: number): number => latest.filter(one => one <= at - seconds * 1000).length,
    admit(at: number): void {
      latest[admitted++ % requests] = at;
    },
  };
}
