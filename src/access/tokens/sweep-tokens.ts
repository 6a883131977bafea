import type { House } from '../../scope.js';
import { keeperOf } from './keeper.js';

const everyMs = 500;
/** At one time in one process: few enough to be drained in seconds. */
const mostAtOnce = 192;
/**
 * As many as one host is asked at once, so that a platform that hangs keeps no other's tokens waiting. Its own wait for one
 * exchange at most, which their margin allows for: more would only load a platform that is in trouble. Whoever needs a
 * token that has ended waits for none of this, but refreshes it at once.
 */
const mostOfPlatform = 64;

/**
 * Refreshes every token by its own clock, whether anybody asks for it or not. Goes on until `signal` aborts; what is under
 * way then is brought to its end.
 */
export function sweepTokens(house: House, signal: AbortSignal): void {
  const keeper = keeperOf(house);
  const inHand = new InHand();
  let looking = false;
  let isMore = false;
  const look = async (): Promise<void> => {
    if (looking || signal.aborted || inHand.size > mostAtOnce / 2) return;
    looking = true;
    let isWhole = false;
    try {
      // One platform may be all that there is, and none is to get more than its share.
      const room = Math.min(mostAtOnce - inHand.size, mostOfPlatform / 2);
      const full = inHand.full();
      const begun = await keeper.sweep(room, full);
      isWhole = begun.length === room;
      isMore = isWhole || full.length > 0;
      for (const { platform, done } of begun) {
        void inHand.while(platform, done).then(() => {
          if (isMore && !inHand.isFull(platform)) void look();
        });
      }
      if (begun.length === 0) await keeper.endDue(mostAtOnce);
    } catch (error) {
      house.log.debug('Tokens could not be looked after.', { error });
    } finally {
      looking = false;
    }
    if (isWhole) setImmediate(() => void look());
  };
  const timer = setInterval(() => void look(), everyMs).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** Refreshes that are under way, by platform. */
class InHand {
  readonly #counts = new Map<string, number>();
  size = 0;

  /** It has more than half of what it may have, and so no room for another lot. */
  isFull(platform: string): boolean {
    return (this.#counts.get(platform) ?? 0) > mostOfPlatform / 2;
  }

  full(): string[] {
    return [...this.#counts.keys()].filter(platform => this.isFull(platform));
  }

  async while(platform: string, work: Promise<void>): Promise<void> {
    this.#add(platform, 1);
    await work;
    this.#add(platform, -1);
  }

  #add(platform: string, by: number): void {
    this.size += by;
    const count = (this.#counts.get(platform) ?? 0) + by;
    if (count === 0) this.#counts.delete(platform);
    else this.#counts.set(platform, count);
  }
}
