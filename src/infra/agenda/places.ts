import type { JobParameters, JobRepository } from 'agenda';
import type { JobStore } from './store.js';

/**
 * How many jobs a process may hold, counted by us.
 *
 * Agenda's own limit loses a place for good whenever a lock ends before its job begins, as after a
 * pause of the process, until the worker takes nothing any more. It also locks jobs ahead, which
 * then wait here while another worker idles. So a job is taken only when it can begin at once.
 */
export class Places {
  readonly repository: JobRepository;
  readonly #names = new Map<string, Name>();
  readonly #ending = new Set<string>();
  #closed = false;
  #emptied: (() => void) | undefined;

  constructor(
    readonly store: JobStore,
    readonly lockLifetimeMs: number,
  ) {
    const inner = store.repository;
    // What is not named here reaches the store's own repository, with its own `this`.
    this.repository = new Proxy(inner, {
      get: (_, key) => {
        if (key === 'getNextJobToRun') return this.#take;
        if (key === 'removeJobs') return this.#remove;
        const value = inner[key as keyof JobRepository] as unknown;
        return typeof value === 'function' ? value.bind(inner) : value;
      },
    });
  }

  offer(name: string, places: number): void {
    this.#names.set(name, { places, running: 0, asking: 0, taken: new Map() });
  }

  /** The job has begun; its place is kept until `end`, however long its lock holds. */
  begin(name: string, id: string): void {
    const state = this.#names.get(name);
    if (state === undefined) return;
    state.taken.delete(id);
    state.running += 1;
  }

  end(name: string, id: string): void {
    const state = this.#names.get(name);
    if (state !== undefined) state.running -= 1;
    this.#ending.add(id);
  }

  /** Takes no more. What the store hands out from now on is given back. */
  close(): void {
    this.#closed = true;
  }

  /** Settles when the jobs that ended are out of the store, or after `limitMs`. */
  async settled(limitMs: number): Promise<void> {
    if (this.#ending.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#emptied = resolve;
    const late = setTimeout(resolve, limitMs);
    await promise;
    clearTimeout(late);
  }

  readonly #take: JobRepository['getNextJobToRun'] = async (name, ...rest) => {
    const state = this.#names.get(name);
    if (state === undefined || this.#closed || !this.store.isThere() || this.#free(state) <= 0) return undefined;
    state.asking += 1;
    let job: JobParameters | undefined;
    try {
      job = await this.store.repository.getNextJobToRun(name, ...rest);
    } finally {
      state.asking -= 1;
    }
    if (job?._id === undefined) return undefined;
    if (this.#closed) {
      await this.store.repository.unlockJobs([job._id]);
      return undefined;
    }
    state.taken.set(String(job._id), performance.now());
    return job;
  };

  readonly #remove: JobRepository['removeJobs'] = async options => {
    try {
      return await this.store.repository.removeJobs(options);
    } finally {
      this.#ending.delete(String(options.id));
      if (this.#ending.size === 0) this.#emptied?.();
    }
  };

  #free({ places, running, asking, taken }: Name): number {
    const stale = performance.now() - this.lockLifetimeMs;
    for (const [id, since] of taken) if (since < stale) taken.delete(id);
    return places - running - asking - taken.size;
  }
}

interface Name {
  readonly places: number;
  running: number;
  /** Questions to the store that are under way. */
  asking: number;
  /** Jobs that were locked and have not begun, with the time of that. */
  readonly taken: Map<string, number>;
}
