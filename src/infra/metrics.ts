import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type GaugeName, type Instrument, instruments, type Metrics } from '../core/metrics.js';

export interface OpenMetrics extends Metrics {
  /** All that there is, in the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

const patienceMs = 2_000;
/** From a quick query to a long wait for leave. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The instruments of one hub, and those of the process around it. */
export function openMetrics(): OpenMetrics {
  const registry = new Registry();
  const around = ofProcess();
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  for (const [name, { kind, help, labels }] of Object.entries<Instrument>(instruments)) {
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === 'counter') counters.set(name, new Counter(options));
    else if (kind === 'histogram') histograms.set(name, new Histogram({ ...options, buckets }));
  }
  return {
    contentType: registry.contentType,
    count: (name, labels, by = 1) => counters.get(name)?.inc(labels, by),
    observe: (name, labels, seconds) => histograms.get(name)?.observe(labels, Math.max(0, seconds)),
    read(name: GaugeName, look) {
      const { help, labels } = instruments[name];
      const gauge: Gauge = new Gauge({
        ...{ name, help, labelNames: [...labels], registers: [registry] },
        async collect() {
          const readings = await inTime(look);
          gauge.reset();
          // One without labels would else say 0 for what could not be read.
          if (readings.length === 0) gauge.remove();
          for (const [named, value] of readings) gauge.set(named, value);
        },
      });
    },
    text: async () => `${await registry.metrics()}\n${await around.metrics()}`,
  };
}

/** Whoever looks must be answered, above all when something does not answer. */
async function inTime<T>(look: () => readonly T[] | Promise<readonly T[]>): Promise<readonly T[]> {
  let late: NodeJS.Timeout | undefined;
  const limit = new Promise<readonly T[]>(resolve => {
    late = setTimeout(() => resolve([]), patienceMs);
  });
  try {
    return await Promise.race([Promise.resolve(look()), limit]);
  } catch {
    return [];
  } finally {
    clearTimeout(late);
  }
}

let shared: Registry | undefined;

/** CPU, memory, event loop and garbage collection, under the names that dashboards know. */
function ofProcess(): Registry {
  if (shared === undefined) {
    shared = new Registry();
    collectDefaultMetrics({ register: shared });
  }
  return shared;
}
