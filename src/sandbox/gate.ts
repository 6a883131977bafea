/** At most `requests` in any `seconds`. */
export interface SandboxLimit {
  readonly requests: number;
  readonly seconds: number;
}

export interface Admission {
  readonly admitted: boolean;
  /** Milliseconds between the moment when the limits gave way and the arrival; negative: that much too early. */
  readonly lateByMs: number | undefined;
  /** Whole seconds, rounded up; 0 when admitted. */
  readonly retryAfterSeconds: number;
}

/**
 * Limits as a sliding window on arrival: whatever stretch of `seconds` one looks at, no more than
 * `requests` were let in. Refused requests take nothing out of a limit.
 */
export function openGate(limits: readonly SandboxLimit[]): (at: number) => Admission {
  const windows = limits.map(slidingWindow);
  return at => {
    const opensAt = Math.max(...windows.map(window => window.opensAt()), Number.NEGATIVE_INFINITY);
    const admitted = at >= opensAt;
    if (admitted) for (const window of windows) window.admit(at);
    return {
      admitted,
      lateByMs: Number.isFinite(opensAt) ? at - opensAt : undefined,
      retryAfterSeconds: admitted ? 0 : Math.max(1, Math.ceil((opensAt - at) / 1000)),
    };
  };
}

function slidingWindow({ requests, seconds }: SandboxLimit) {
  const latest = new Float64Array(requests);
  let admitted = 0;
  return {
    /** When the next request may come in: one window after the request that many places before it. */
    opensAt(): number {
      if (admitted < requests) return Number.NEGATIVE_INFINITY;
      return (latest[admitted % requests] ?? 0) + seconds * 1000;
    },
    admit(at: number): void {
      latest[admitted++ % requests] = at;
    },
  };
}
