import { BaseNotificationChannel, type JobNotification } from 'agenda';
import type { Bus } from '../../core/ports.js';

const topic = 'jobs';

/** Tells every process that there is work of this name. */
export function tellOf(bus: Bus, jobName: string): void {
  bus.publish(topic, { jobName });
}

/** Agenda's notifications over our own bus: no second listener, and no way for a lost one to end the process. */
export class BusChannel extends BaseNotificationChannel {
  readonly #bus: Bus;
  readonly #names: readonly string[];
  readonly #closed = new AbortController();

  /** @param names of the jobs that are handled here. */
  constructor(bus: Bus, names: readonly string[]) {
    super({ channelName: topic, reconnect: { enabled: false } });
    this.#bus = bus;
    this.#names = names;
  }

  connect(): Promise<void> {
    if (this.#names.length > 0) void this.#hear();
    this.setState('connected');
    return Promise.resolve();
  }

  /** Hears no more. What is added while the hub goes down is still told to the others, so the state stays. */
  disconnect(): Promise<void> {
    this.#closed.abort();
    return Promise.resolve();
  }

  publish({ jobName }: JobNotification): Promise<void> {
    tellOf(this.#bus, jobName);
    return Promise.resolve();
  }

  /** Looks for work now instead of at the next poll. */
  async refill(names = this.#names): Promise<void> {
    const news = { jobId: '' as JobNotification['jobId'], nextRunAt: null, priority: 0, timestamp: new Date() };
    for (const jobName of names) await this.notifyHandlers({ ...news, jobName });
  }

  async #hear(): Promise<void> {
    for await (const event of this.#bus.listen(topic, this.#closed.signal)) {
      if (event.kind === 'gap') await this.refill();
      else await this.refill(this.#names.filter(name => name === (event.message as JobNotification | null)?.jobName));
    }
  }
}
