import { hostname } from 'node:os';
import { Agenda, type Job, type JobRepository } from 'agenda';
import type { Bus, Jobs, Log } from '../core/ports.js';
import type { Secret } from '../core/secret.js';
import { BusChannel, tellOf } from './agenda/bus-channel.js';
import { Places } from './agenda/places.js';
import { openPostgresStore } from './agenda/postgres-store.js';
import type { JobStore } from './agenda/store.js';

/** A job's name, how many of it may run side by side in one process, and what it does. */
export interface JobHandler {
  readonly name: string;
  readonly concurrency: number;
  handle(payload: Readonly<Record<string, string>>): Promise<void>;
}

export interface QueueOptions {
  /** `postgres`: the hub's own database. Else the address of a MongoDB. */
  readonly jobs: 'postgres' | Secret<string>;
  readonly databaseUrl: string;
  readonly bus: Bus;
  readonly log: Log;
  readonly handlers: readonly JobHandler[];
  /** How often it looks for jobs whose wake-up was lost. */
  readonly pollMs?: number;
  /** A worker that is silent for so long is taken for dead. */
  readonly lockLifetimeMs?: number;
}

export interface Queue extends Jobs {
  /** Stops taking work, at once. What runs goes on; its owner waits for it. Jobs can still be added. */
  stop(): Promise<void>;
  /** Lets go of the connections. To be called when nothing runs any more. */
  close(): Promise<void>;
}

/** The clocks of two machines may differ by as much without delaying a job. */
const clockSkewMs = 60_000;
const longestIdentifier = 200;

/**
 * Agenda as an alarm clock. It wakes a handler at least once; leases, checkpoints and schedules are
 * in our own tables, so a job that is lost, doubled or late does no harm.
 *
 * @throws StartupProblem when MongoDB cannot be used.
 */
export async function openQueue(options: QueueOptions): Promise<Queue> {
  const queue = new AgendaQueue({ pollMs: 5_000, lockLifetimeMs: 10_000, ...options }, await openStore(options));
  await queue.start();
  return queue;
}

async function openStore({ jobs, databaseUrl, log }: QueueOptions): Promise<JobStore> {
  if (jobs === 'postgres') return openPostgresStore(databaseUrl);
  const { openMongoStore } = await import('./agenda/mongo-store.js');
  return openMongoStore(jobs, log);
}

class AgendaQueue implements Queue {
  readonly #agenda: Agenda;
  readonly #channel: BusChannel;
  readonly #places: Places;
  #stopped = false;
  #closed: Promise<void> | undefined;

  constructor(
    readonly options: Required<QueueOptions>,
    readonly store: JobStore,
  ) {
    const { bus, log, handlers, lockLifetimeMs } = options;
    this.#places = new Places(store, lockLifetimeMs);
    this.#channel = new BusChannel(
      bus,
      handlers.map(({ name }) => name),
    );
    this.#channel.on('error', error => log.debug('The job channel stumbled.', { error }));
    this.#agenda = openAgenda(options, this.#places.repository, this.#channel);
    for (const handler of handlers) {
      const { name, concurrency } = handler;
      this.#places.offer(name, concurrency);
      // oxlint-disable-next-line typescript/no-misused-promises -- Agenda awaits it; its type says void.
      this.#agenda.define(name, async (job: Job) => this.#work(handler, job), {
        concurrency,
        lockLifetime: lockLifetimeMs,
      });
    }
    store.onBack(() => void this.#channel.refill());
  }

  start(): Promise<void> {
    return this.#agenda.start();
  }

  async add(name: string, payload: Readonly<Record<string, string>>): Promise<void> {
    for (const [key, value] of Object.entries(payload)) {
      if (value.length > longestIdentifier) throw new Error(`${key} of the job ${name} is more than an identifier.`);
    }
    if (!this.store.isThere()) throw new Error('The jobs cannot be reached.');
    await this.#agenda.schedule(new Date(Date.now() - clockSkewMs), name, payload);
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#places.close();
    const { bus, log, handlers } = this.options;
    await this.#agenda
      .stop(false)
      .catch((error: unknown) => log.warn('The job queue did not stop cleanly.', { error }));
    // What was given back is for the others.
    for (const { name } of handlers) tellOf(bus, name);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.stop();
    await this.#places.settled(1_000);
    await this.store.close();
  }

  async #work(handler: JobHandler, job: Job): Promise<void> {
    const { name } = handler;
    const id = String(job.attrs._id);
    this.#places.begin(name, id);
    try {
      await this.#handle(handler, job);
    } catch (error) {
      // A failed job would stay in the store for ever. What matters is in our own tables; the sweep wakes it again.
      this.options.log.error('A job failed.', { job: name, error });
    } finally {
      this.#places.end(name, id);
      void this.#channel.refill([name]);
    }
  }

  async #handle({ name, handle }: JobHandler, job: Job): Promise<void> {
    const payload = job.attrs.data as Readonly<Record<string, string>>;
    // Taken in the moment of stopping: another process shall have it.
    if (this.#stopped) return this.add(name, payload);
    // Agenda holds one lock time per job and asks for no owner: whoever is alive renews it.
    const beat = setInterval(() => void job.touch(0).catch(() => undefined), this.options.lockLifetimeMs / 3);
    try {
      await handle(payload);
    } finally {
      clearInterval(beat);
    }
  }
}

/** Agenda with everything of its own left off that connects, keeps, or limits. */
function openAgenda(
  { log, handlers, pollMs, lockLifetimeMs }: Required<QueueOptions>,
  repository: JobRepository,
  notificationChannel: BusChannel,
): Agenda {
  const nothing = () => Promise.resolve();
  const agenda = new Agenda({
    backend: { name: 'patchbay', repository, ownsConnection: false, connect: nothing, disconnect: nothing },
    notificationChannel,
    name: `${hostname()}-${process.pid}-${Math.random().toString(36).slice(2)}`,
    processEvery: pollMs,
    defaultLockLifetime: lockLifetimeMs,
    maxConcurrency: handlers.reduce((sum, { concurrency }) => sum + concurrency, 1),
    removeOnComplete: true,
  });
  agenda.on('error', (error: Error) => log.warn('The job queue stumbled.', { error }));
  return agenda;
}
