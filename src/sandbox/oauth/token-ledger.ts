/**
 * Every request to the token endpoint, in order, and what became of it. Tokens and codes stand in it as fingerprints,
 * so that it may be shown and kept.
 */
export interface TokenEntry {
  /** The first request is 1. */
  readonly n: number;
  /** Milliseconds on a clock that never jumps, when the request arrived. */
  readonly at: number;
  /** As it was sent; empty when none was found where it has to be. */
  readonly grantType: string;
  readonly clientIn: 'basic' | 'body' | 'nowhere';
  /** Fingerprint of the code, refresh token or assertion that was shown. */
  readonly spent?: string | undefined;
  /** How often that one has been shown, this time included; 0 without one. */
  readonly times: number;
  /** Id of the grant that it belongs to, or that came of it. */
  readonly grant?: string | undefined;
  /** What the platform did: nothing at all for a fault that came first. */
  readonly outcome: 'issued' | 'repeated' | 'refused' | 'nothing' | 'pending';
  /** Error code of a refusal. */
  readonly error?: string | undefined;
  /** Fingerprints of what was handed out. */
  readonly gave?: { readonly access: string; readonly refresh?: string | undefined } | undefined;
  /** What was answered; 0: nothing, or not to its end. */
  readonly status: number;
  readonly fault?: string | undefined;
  /** The answer went out whole; false as soon as the line was cut before, by whichever side. */
  readonly delivered?: boolean | undefined;
}

type Kept = { -readonly [Key in keyof TokenEntry]: TokenEntry[Key] };

export interface TokenLedger {
  arrived(): Kept;
  /** Notes what was shown, and counts how often. */
  shown(entry: Kept, fingerprint: string): void;
  entries(): readonly TokenEntry[];
  /** Forgets entries; numbers and counts go on. */
  reset(): void;
}

export function openTokenLedger(): TokenLedger {
  const times = new Map<string, number>();
  let kept: Kept[] = [];
  let arrived = 0;
  return {
    arrived() {
      const entry: Kept = {
        ...{ n: ++arrived, at: performance.now(), grantType: '', clientIn: 'nowhere', times: 0 },
        ...{ outcome: 'pending', status: 0 },
      };
      kept.push(entry);
      return entry;
    },
    shown(entry, fingerprint) {
      entry.spent = fingerprint;
      entry.times = (times.get(fingerprint) ?? 0) + 1;
      times.set(fingerprint, entry.times);
    },
    entries: () => kept.map(entry => ({ ...entry })),
    reset() {
      kept = [];
    },
  };
}
