import type { Bus } from '../core/ports.js';
import { progressTopic, type RunSnapshot } from './snapshot.js';

const apartMs = 250;

/** Tells watchers where a run stands, at most four times a second, the latest always. */
export class Announcer {
  #pending: RunSnapshot | undefined;
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  #told = 0;

  constructor(readonly bus: Bus) {}

  tell(snapshot: RunSnapshot): void {
    // Pages of several slices may be told of in another order than they were stored in.
    if (snapshot.sequence < this.#told) return;
    this.#told = snapshot.sequence;
    this.#pending = snapshot;
    const wait = this.#last + apartMs - performance.now();
    if (wait <= 0 || snapshot.finished) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), wait);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending === undefined) return;
    this.bus.publish(progressTopic(this.#pending.ownerId), this.#pending);
    this.#pending = undefined;
    this.#last = performance.now();
  }
}
