import type { Pace } from './store-page.js';

const spanMs = 10_000;

/** Measures a run while it is under way: calls a second over the last ten seconds, requests since the last page. */
export class Meter {
  #requests = 0;
  #marks: { at: number; calls: number }[] = [{ at: performance.now(), calls: 0 }];

  countRequest(): void {
    this.#requests += 1;
  }

  countCalls(calls: number): void {
    const now = performance.now();
    this.#marks.push({ at: now, calls });
    const first = this.#marks.findIndex(({ at }) => at > now - spanMs);
    if (first > 1) this.#marks.splice(0, first - 1);
  }

  /** Takes the requests counted so far; they are stored with the next page. */
  read(bindingLimit: string | undefined): Pace {
    const requests = this.#requests;
    this.#requests = 0;
    const [oldest, ...newer] = this.#marks;
    const seconds = (performance.now() - (oldest?.at ?? 0)) / 1_000;
    const calls = newer.reduce((sum, mark) => sum + mark.calls, 0);
    return { requests, callsPerSecond: seconds < 0.1 ? undefined : calls / seconds, bindingLimit };
  }
}
