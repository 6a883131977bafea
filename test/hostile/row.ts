/** The words in which the list of hostile behaviours is written. */
import type { Asked, Behaviour, Kind, Reply } from './platform.js';

export interface Row {
  readonly name: string;
  readonly does: Behaviour;
  readonly ends: End;
  /** Budget: requests of the import at the most. */
  readonly requests: number;
  /** Takes all the time that it is given, so it is given little. */
  readonly isSlow?: boolean;
}

/** How connecting and importing an account of three calls has to end. */
export interface End {
  readonly connects: boolean;
  readonly status?: string;
  /** Published code, with a remedy beside it. */
  readonly code?: string;
  readonly stored?: number;
  readonly transcripts?: number;
  /** `stage code` of each record that was set aside with a reason. */
  readonly aside?: readonly string[];
}

/** Enough for five attempts of each kind of request. */
const usualRequests = 12;

export function row(name: string, does: Behaviour, ends: End, requests = usualRequests): Row {
  return { name, does, ends, requests };
}

/** One that takes all the time it is given. */
export function slow(name: string, does: Behaviour, ends: End): Row {
  return { ...row(name, does, ends), isSlow: true };
}

// How it ends.

export const refused = (code: string): End => ({ connects: false, code });
export const failed: End = { connects: true, status: 'FAILED', code: 'PLATFORM_CHANGED' };
/** Tried again for hours, and then given up. */
export const givenUp: End = { connects: true, status: 'FAILED', code: 'PLATFORM_UNREACHABLE' };
export const waits: End = { connects: true, status: 'WAITING' };
export const pauses = (code: string): End => ({ connects: true, status: 'PAUSED', code });
export const complete = (stored = 3, transcripts = stored): End => ({
  connects: true,
  status: 'COMPLETED',
  stored,
  transcripts,
});
/** Calls set aside, the others stored with their transcripts. */
export const callsAside = (code: string, count = 1): End => ({
  connects: true,
  status: 'COMPLETED_WITH_FAILURES',
  stored: 3 - count,
  transcripts: 3 - count,
  aside: Array.from({ length: count }, () => `call ${code}`),
});
/** Calls stored, transcripts set aside. */
export const transcriptsAside = (code: string, count = 3): End => ({
  connects: true,
  status: 'COMPLETED_WITH_FAILURES',
  stored: 3,
  transcripts: 3 - count,
  aside: Array.from({ length: count }, () => `transcript ${code}`),
});

// What it does.

/** Answers every request of a kind like this. */
export function always(kind: Kind, reply: Reply): Behaviour {
  return { [kind]: () => reply };
}

/** Answers the first request of a kind like this, and all others well. */
export function first(kind: Kind, reply: Reply): Behaviour {
  return { [kind]: ({ number }: Asked) => (number === 1 ? reply : undefined) };
}

/** Changes the right answer. */
// biome-ignore lint/suspicious/noExplicitAny: behaviours know what they spoil.
export function changed(kind: Kind, change: (good: any, asked: Asked) => unknown): Behaviour {
  return { [kind]: (asked: Asked) => ({ body: change(asked.good, asked) }) };
}

/** Changes the first of the listed calls. */
// biome-ignore lint/suspicious/noExplicitAny: behaviours know what they spoil.
export function call(change: (call: any) => void): Behaviour {
  return changed('listing', good => {
    change(good.calls[0]);
    return good;
  });
}

/** Writes these bytes, and then leaves the connection open. */
export function bytes(...parts: readonly (string | Buffer)[]): Reply {
  return {
    wire: socket => {
      for (const part of parts) socket.write(part);
    },
  };
}

/** Writes a head, and then one piece after another until the other side has had enough. */
export function drip(head: string, piece: string | Buffer, everyMs: number): Reply {
  return {
    wire: socket => {
      socket.write(head);
      const timer = setInterval(() => socket.write(piece), everyMs);
      socket.once('close', () => clearInterval(timer));
    },
  };
}

/** Writes a head, and then as much as the other side takes. */
export function flood(head: string, piece: Buffer): Reply {
  return {
    wire: socket => {
      socket.write(head);
      const pour = (): void => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on('drain', pour);
      pour();
    },
  };
}
