import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Limit } from '#connector';
import { HeldBack } from '../core/errors.js';
import type { Permit } from '../engine/pacer.js';

/** When one request left, as far as it is known. */
class Send {
  /** Milliseconds of `performance.now()`; the platform saw it then or a little later. */
  at = Number.POSITIVE_INFINITY;
  readonly #left = Promise.withResolvers<void>();

  get left(): Promise<void> {
    return this.#left.promise;
  }

  leave(): void {
    if (this.at === Number.POSITIVE_INFINITY) this.at = performance.now();
    this.#left.resolve();
  }
}

interface Leave {
  readonly pauses: number;
  readonly limits: readonly Limit[];
  readonly group: string | undefined;
}

/**
 * A reply later than usual may mean that the request arrived late, which would bring it nearer to the
 * ones after it. It is believed up to this much: a platform that thinks longer is not a slower way.
 */
const believedDelayMs = 100;
const rememberedReplies = 15;
const fewReplies = 4;

/** Keeps this process's real send times to one account apart by the short limits. First come, first served. */
export class Gate {
  /** All of them under no group, and besides those of each group. */
  readonly #sends = new Map<string | undefined, Send[]>();
  readonly #replyMs = new Map<string, number[]>();
  #last: Promise<unknown> = Promise.resolve();
  #pauses = 0;
  #lastPause: Promise<unknown> = Promise.resolve();

  /** The platform has asked for a pause, which is being written into the ledger. */
  pause(written: Promise<unknown>): void {
    this.#pauses += 1;
    this.#lastPause = Promise.allSettled([this.#lastPause, written]);
  }

  /** How many pauses the ledger knows of, all of those that were heard of until now. */
  async pauses(): Promise<number> {
    let seen: Promise<unknown>;
    do {
      seen = this.#lastPause;
      await seen;
    } while (seen !== this.#lastPause);
    return this.#pauses;
  }

  /**
   * @param leave what the ledger gave leave under: its pauses, the limits, and the group of the request.
   * @param settle is told when the request really left, or arrived late, on the clock of `performance.now()`.
   * @returns undefined when the platform has asked for a pause since leave was given.
   */
  async pass(
    leave: Leave,
    marginSeconds: number,
    signal: AbortSignal,
    settle: (sentAt: number) => void,
  ): Promise<Permit | undefined> {
    const entry = this.#last.then(() => this.#enter(leave, marginSeconds, signal));
    this.#last = entry.catch(() => undefined);
    const send = await entry;
    if (send === undefined) return undefined;
    return {
      sent: () => {
        // A connection had to be opened first, say.
        if (this.#pauses !== leave.pauses) throw new HeldBack('The platform has asked for a pause meanwhile.');
        send.leave();
      },
      answered: kind => {
        send.leave();
        send.at += this.#delay(kind, performance.now() - send.at);
      },
      close: () => {
        send.leave();
        settle(send.at);
      },
    };
  }

  async #enter(
    { pauses, limits, group }: Leave,
    marginSeconds: number,
    signal: AbortSignal,
  ): Promise<Send | undefined> {
    const short = limits.filter(limit => limit.seconds <= 60);
    for (const { requests, seconds, group: of } of short) {
      const before = this.#sends.get(of)?.at(-requests);
      if (before === undefined) continue;
      await before.left;
      // Its time may still be corrected while we wait.
      for (let wait = leftOf(before); wait > 0; wait = leftOf(before))
        await sleep(Math.ceil(wait), undefined, { signal });
      function leftOf(send: Send): number {
        return send.at + (seconds + marginSeconds) * 1_000 - performance.now();
      }
    }
    // A late timer goes off before what has arrived meanwhile is read, which may be a refusal.
    await turn();
    signal.throwIfAborted();
    if (this.#pauses !== pauses) return undefined;
    const send = new Send();
    for (const of of new Set([undefined, group])) this.#remember(send, of, short);
    return send;
  }

  #remember(send: Send, group: string | undefined, short: readonly Limit[]): void {
    const sends = this.#sends.get(group) ?? [];
    this.#sends.set(group, sends);
    sends.push(send);
    const kept = Math.max(1, ...short.filter(limit => limit.group === group).map(limit => limit.requests));
    if (sends.length > kept) sends.splice(0, sends.length - kept);
  }

  /** The middle of a few, or before there are a few the fastest of all kinds: the first ones are slow everywhere. */
  #usual(replies: readonly number[]): number {
    if (replies.length > fewReplies) return replies.toSorted((a, b) => a - b)[replies.length >> 1] ?? 0;
    const all = [...this.#replyMs.values()].flat();
    return all.length > 1 ? Math.min(...all) : 0;
  }

  /** How much later than usual a reply came, within what is believed. */
  #delay(kind: string, replyMs: number): number {
    const replies = this.#replyMs.get(kind) ?? [];
    this.#replyMs.set(kind, replies);
    replies.push(replyMs);
    if (replies.length > rememberedReplies) replies.shift();
    return Math.min(believedDelayMs, Math.max(0, replyMs - this.#usual(replies)));
  }
}
