/**
 * What is measured, for whoever runs the hub: names and units as Prometheus has them.
 *
 * Labels are words of ours from short closed lists. Nothing of a customer and no id may become one: each value of a
 * label is a series of its own for ever, and whoever reads metrics need not be allowed to read anything else.
 */
export interface Instrument {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

export const instruments = {
  patchbay_info: {
    kind: 'gauge',
    help: 'Always 1; says what this process does.',
    labels: ['role', 'jobs'],
  },
  patchbay_platform_requests_total: {
    kind: 'counter',
    help: 'Requests to platforms, by the class of the answer: 2xx, 3xx, 4xx, 429, 5xx, or none.',
    labels: ['platform', 'status'],
  },
  patchbay_platform_request_duration_seconds: {
    kind: 'histogram',
    help: 'From sending a request to a platform to the end of its answer.',
    labels: ['platform'],
  },
  patchbay_platform_received_bytes_total: {
    kind: 'counter',
    help: 'Bytes that platforms answered, decoded.',
    labels: ['platform'],
  },
  patchbay_token_requests_total: {
    kind: 'counter',
    help: 'Token requests to platforms, by kind (grant, refresh) and outcome: granted, dead (a person must connect again), misconfigured (our app is refused), transient, nonsense.',
    labels: ['platform', 'kind', 'outcome'],
  },
  patchbay_token_request_duration_seconds: {
    kind: 'histogram',
    help: 'From sending a token request to a platform to the end of its answer.',
    labels: ['platform'],
  },
  patchbay_quota_wait_seconds: {
    kind: 'histogram',
    help: "How long requests stood waiting for leave under a platform's limits.",
    labels: ['platform'],
  },
  patchbay_quota_requests_total: {
    kind: 'counter',
    help: 'Requests that were given leave while an account was being read.',
    labels: ['platform'],
  },
  patchbay_quota_permitted_requests_total: {
    kind: 'counter',
    help: 'Requests that the tightest limit permitted in the same time. The rate of the one over the rate of the other is the efficiency of imports.',
    labels: ['platform'],
  },
  patchbay_calls_stored_total: {
    kind: 'counter',
    help: 'Calls that were stored, new or renewed.',
    labels: ['platform'],
  },
  patchbay_calls_unusable_total: {
    kind: 'counter',
    help: 'Records that were set aside because nothing could be made of them.',
    labels: ['platform'],
  },
  patchbay_pages_stored_total: {
    kind: 'counter',
    help: 'Pages that were stored, each in one transaction.',
    labels: ['platform'],
  },
  patchbay_lease_takeovers_total: {
    kind: 'counter',
    help: 'Runs taken over from a worker that had gone silent.',
    labels: [],
  },
  patchbay_leases_lost_total: {
    kind: 'counter',
    help: 'Runs that were in other hands when this process came back to them.',
    labels: [],
  },
  patchbay_runs: {
    kind: 'gauge',
    help: 'Runs in the database by state. The same in every process: take the maximum.',
    labels: ['status'],
  },
  patchbay_runs_due: {
    kind: 'gauge',
    help: 'Runs that should be worked on and are not. The same in every process: take the maximum.',
    labels: [],
  },
  patchbay_runs_due_oldest_seconds: {
    kind: 'gauge',
    help: 'How long the run has been due that has been so longest; 0 without one.',
    labels: [],
  },
  patchbay_sync_turns_total: {
    kind: 'counter',
    help: 'Turns of syncs: begun, skipped because the one before was still under way, or failed to begin.',
    labels: ['outcome'],
  },
  patchbay_sync_lateness_seconds: {
    kind: 'histogram',
    help: 'How much later than planned turns of syncs were begun.',
    labels: [],
  },
  patchbay_inbound_events_total: {
    kind: 'counter',
    help: 'Requests of platforms that tell of calls, by outcome: stored, repeated (known already, or about nobody here), challenge, or why it was refused.',
    labels: ['platform', 'outcome'],
  },
  patchbay_inbound_event_duration_seconds: {
    kind: 'histogram',
    help: 'From hearing of such a request to its answer.',
    labels: [],
  },
  patchbay_jobs_due_oldest_seconds: {
    kind: 'gauge',
    help: 'How long the job has been due in PostgreSQL that has been so longest; 0 without one. Absent with MongoDB.',
    labels: [],
  },
  patchbay_changes_waiting_oldest_seconds: {
    kind: 'gauge',
    help: 'How long the change has waited longest that is not in the change feed yet; 0 without one.',
    labels: [],
  },
  patchbay_deliveries_total: {
    kind: 'counter',
    help: 'Tries to send a change to an endpoint, by what came of it: delivered, failed (it is tried again), or dead (it is given up).',
    labels: ['outcome'],
  },
  patchbay_delivery_duration_seconds: {
    kind: 'histogram',
    help: 'From sending a message to an endpoint to the end of its answer.',
    labels: [],
  },
  patchbay_deliveries_waiting: {
    kind: 'gauge',
    help: 'Deliveries that are to be sent. The same in every process: take the maximum.',
    labels: [],
  },
  patchbay_deliveries_waiting_oldest_seconds: {
    kind: 'gauge',
    help: 'How long the delivery has waited that has done so longest; 0 without one.',
    labels: [],
  },
  patchbay_deliveries_dead: {
    kind: 'gauge',
    help: 'Deliveries that were given up and not sent again since. The same in every process: take the maximum.',
    labels: [],
  },
  patchbay_alerting_works: {
    kind: 'gauge',
    help: 'Whether somebody would be told if something went wrong now: 1 or 0. The same in every process: take the minimum.',
    labels: [],
  },
  patchbay_alerting_age_seconds: {
    kind: 'gauge',
    help: 'How long ago a part of the alerting last worked: look (for trouble), sender (of notices), drill (raised and cleared, once an hour).',
    labels: ['part'],
  },
  patchbay_bus_lag_seconds: {
    kind: 'histogram',
    help: 'From sending a message to all processes to hearing it here; looked at every 15 seconds.',
    labels: [],
  },
  patchbay_bus_lost_total: {
    kind: 'counter',
    help: 'Such messages that did not come back within 10 seconds.',
    labels: [],
  },
  patchbay_graphql_operations_total: {
    kind: 'counter',
    help: 'Operations by kind (query, mutation, subscription, none when there was nothing to run), transport (http, socket) and outcome (answered, refused, failed).',
    labels: ['kind', 'transport', 'outcome'],
  },
  patchbay_graphql_operation_duration_seconds: {
    kind: 'histogram',
    help: 'From reading a query or mutation to its answer.',
    labels: ['kind', 'transport'],
  },
  patchbay_refusals_total: {
    kind: 'counter',
    help: 'Errors that were told to clients, by code.',
    labels: ['code'],
  },
  patchbay_sockets: {
    kind: 'gauge',
    help: 'Open WebSockets.',
    labels: [],
  },
  patchbay_subscriptions: {
    kind: 'gauge',
    help: 'Operations that run on WebSockets.',
    labels: [],
  },
  patchbay_trace_spans_total: {
    kind: 'counter',
    help: 'Spans of traces by outcome: sent, or dropped because whoever is told of them was away or too slow.',
    labels: ['outcome'],
  },
  patchbay_database_connections: {
    kind: 'gauge',
    help: 'Connections to PostgreSQL by pool (pages, entities, bus) and state (busy, idle).',
    labels: ['pool', 'state'],
  },
  patchbay_database_waiting: {
    kind: 'gauge',
    help: 'Pieces of work that wait for a connection to PostgreSQL.',
    labels: ['pool'],
  },
} as const satisfies Readonly<Record<string, Instrument>>;

type Instruments = typeof instruments;
type NamesOf<K extends Instrument['kind']> = {
  [N in keyof Instruments]: Instruments[N]['kind'] extends K ? N : never;
}[keyof Instruments];
export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;
type Labels<N extends keyof Instruments> = Readonly<Record<Instruments[N]['labels'][number], string>>;

/** One reading of a gauge: its labels and its value. */
export type Reading<N extends GaugeName> = readonly [labels: Labels<N>, value: number];

/** Counts and measures. Never fails and never waits. */
export interface Metrics {
  count<N extends CounterName>(name: N, labels: Labels<N>, by?: number): void;
  observe<N extends HistogramName>(name: N, labels: Labels<N>, seconds: number): void;
  /** Read anew each time that somebody looks; what cannot be read is left out. */
  read<N extends GaugeName>(name: N, look: () => readonly Reading<N>[] | Promise<readonly Reading<N>[]>): void;
}

/** The table for the README. */
export function metricsMarkdown(): string {
  const rows = Object.entries<Instrument>(instruments).map(
    ([name, { kind, labels, help }]) =>
      `| \`${name}\` | ${kind} | ${labels.map(label => `\`${label}\``).join(', ')} | ${help} |`,
  );
  return ['| Metric | Kind | Labels | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}
