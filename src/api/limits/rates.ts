import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CallerError } from '../../core/errors.js';
import { addressPrefix } from './address-prefix.js';
import type { ApiLimits } from './api-limits.js';
import { Buckets } from './buckets.js';

const pointsPerToken = 1_000;
/** So long a refusal is held back, that whoever does not listen to it is slowed down. */
const heldMs = 250;
const mostHeld = 1_000;
const mostKnown = 10_000;
const priceOfGuess = 5;

/**
 * How often may be asked, counted by each process for itself: the places where a request can be told to come back
 * later. Addresses are counted by their neighbourhood, and only for what came without a key that works.
 */
export class Rates {
  readonly #keys: Buckets;
  readonly #strangers: Buckets;
  /**
   * Finding out that something cannot be run takes longer than running what can be, and stops everybody meanwhile.
   * Programs that work rarely send it, and people who try things out not for long.
   */
  readonly #misuse: Buckets;
  readonly #visits: Buckets;
  readonly #guesses: Buckets;
  readonly #callbacks: Buckets;
  #held = 0;
  /** API keys by what they were presented as, so that a key over its limit costs no look into the database. */
  readonly #known = new Map<string, string>();

  constructor(limits: Pick<ApiLimits, 'key' | 'misuse' | 'strangers' | 'visits'>) {
    this.#keys = new Buckets(limits.key);
    this.#misuse = new Buckets(limits.misuse);
    this.#strangers = new Buckets(limits.strangers);
    this.#visits = new Buckets(limits.visits);
    this.#guesses = new Buckets(limits.visits);
    this.#callbacks = new Buckets(limits.strangers);
  }

  /**
   * Before anybody looks at the key. One that has worked lately is never held up for what others at its address do,
   * which behind a proxy are all.
   *
   * @param name as {@link presented} makes it. @returns what to call when the key works. @throws CallerError RATE_LIMITED; see {@link secondsToWait}
   */
  arrives(name: string, address: string | undefined): (apiKeyId: string | undefined) => void {
    const known = this.#known.get(name);
    if (known !== undefined) {
      this.#take(known, 1);
      return () => undefined;
    }
    // Taken before it is known to be wasted: many at once would else all get in.
    const prefix = addressPrefix(address);
    const wait = this.#strangers.take(prefix);
    if (wait > 0) throw tooOften(wait, 'this address');
    return apiKeyId => {
      this.#strangers.owe(prefix, -1);
      if (apiKeyId === undefined) return;
      this.#remember(name, apiKeyId);
      this.#take(apiKeyId, 1);
    };
  }

  /** The key does not work, or no longer. */
  turnedAway(name: string): void {
    this.#known.delete(name);
  }

  /** Whoever holds a socket open and says nothing. */
  saidNothing(address: string | undefined): void {
    this.#strangers.owe(addressPrefix(address), 1);
  }

  /**
   * Somebody looks at the connect page by a link that works. They share nothing with whoever guesses at their address,
   * which behind a proxy is everybody's. @throws CallerError RATE_LIMITED
   */
  visits(linkId: string): void {
    const wait = this.#visits.take(linkId);
    if (wait > 0) throw tooOften(wait, 'this link');
  }

  /** What somebody looked at is no link that works. @throws CallerError RATE_LIMITED */
  guesses(address: string | undefined): void {
    const wait = this.#guesses.take(addressPrefix(address), priceOfGuess);
    if (wait > 0) throw tooOften(wait, 'this address');
  }

  /** Somebody came back from a platform with nothing that they could have got there. @throws CallerError RATE_LIMITED */
  callsBackInVain(address: string | undefined): void {
    const wait = this.#callbacks.take(addressPrefix(address));
    if (wait > 0) throw tooOften(wait, 'this address');
  }

  /** An operation is about to run. @throws CallerError RATE_LIMITED */
  runs(apiKeyId: string | undefined, cost: number): void {
    if (apiKeyId !== undefined) this.#take(apiKeyId, cost / pointsPerToken);
  }

  /** A further operation on a socket that was admitted long ago. @throws CallerError RATE_LIMITED */
  asksAgain(apiKeyId: string | undefined): void {
    if (apiKeyId !== undefined) this.#take(apiKeyId, 1);
  }

  /** Whoever has waited is asked again. @throws CallerError RATE_LIMITED */
  isWelcome(apiKeyId: string | undefined): void {
    const owed = apiKeyId === undefined ? 0 : this.#misuse.debt(apiKeyId);
    if (owed > 0) throw tooOften(owed, 'this API key');
  }

  /** A body that cannot be read, or a document that cannot be run. */
  misused(apiKeyId: string | undefined): void {
    if (apiKeyId !== undefined) this.#misuse.owe(apiKeyId, 1);
  }

  /** Resolves when it is time to refuse who has asked too often. */
  async hold(): Promise<void> {
    if (this.#held >= mostHeld) return;
    this.#held += 1;
    await delay(heldMs);
    this.#held -= 1;
  }

  #take(apiKeyId: string, tokens: number): void {
    const owed = this.#misuse.debt(apiKeyId);
    const wait = owed > 0 ? owed : this.#keys.take(apiKeyId, tokens);
    if (wait > 0) throw tooOften(wait, 'this API key');
  }

  #remember(name: string, apiKeyId: string): void {
    this.#known.delete(name);
    this.#known.set(name, apiKeyId);
    if (this.#known.size > mostKnown) this.#known.delete(this.#known.keys().next().value ?? '');
  }
}

/** Whole seconds after which a request that was refused may come again. */
export function secondsToWait(error: unknown): number | undefined {
  return error instanceof TooOften ? Math.max(1, Math.ceil(error.seconds)) : undefined;
}

class TooOften extends CallerError {
  constructor(
    readonly seconds: number,
    message: string,
    remedy: string,
  ) {
    super('RATE_LIMITED', message, { remedy });
  }
}

function tooOften(seconds: number, who: string): TooOften {
  const whole = Math.max(1, Math.ceil(seconds));
  return new TooOften(
    seconds,
    `Too much was asked from ${who}.`,
    `Try again in ${whole} second${whole === 1 ? '' : 's'}; ask less often, or for less at once.`,
  );
}

/** Secrets are not kept as they are. */
export function presented(authorization: unknown): string {
  return hash('sha256', String(authorization), 'base64');
}
