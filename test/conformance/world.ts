import { inspect } from 'node:util';
import type {
  Account,
  Lack,
  SimulatedLimit,
  SimulatedReply,
  SimulatedRequest,
  Simulator,
  SimulatorOptions,
} from '#connector';
import { PlatformError } from '../../src/core/errors.js';
import type { Egress, EgressReply, EgressRequest, Log } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { type Asker, makeAsk } from '../../src/engine/index.js';
import type { Subject } from './kit.js';
import { openGate } from '../../src/sandbox/gate.js';
import { VirtualTime, virtualPacer } from './virtual-time.js';
import { bringsToken, openingOf } from './opening.js';

export const window = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-15T00:00:00.000Z' };
const latencyMs = 20;

/** What the kit answers in the platform's stead; undefined lets the platform answer. `cut` drops the connection. */
export type Fault = (number: number, request: SimulatedRequest) => SimulatedReply | 'cut' | undefined;

export interface WorldOptions extends Partial<SimulatorOptions> {
  readonly fault?: Fault | undefined;
  /** Other values than those that the account accepts. */
  readonly secret?: Readonly<Record<string, string>>;
  /** In place of the limits that the platform publishes. */
  readonly limits?: readonly SimulatedLimit[];
  /** What the way in does not allow. */
  readonly lacks?: readonly Lack[];
  /** Redirects to files lead to this host instead, whose files are empty. */
  readonly elsewhere?: string;
}

export interface Seen {
  readonly at: number;
  readonly url: string;
  readonly status: number;
  /** It was asked for where a redirect led to. */
  readonly isFile: boolean;
  readonly hadCredential: boolean;
}

/** One account of the pretend platform, and an engine that talks to it. */
export class World {
  readonly time = new VirtualTime(Date.parse(window.to) + 90 * 86_400_000);
  readonly seen: Seen[] = [];
  /** All that was logged, as text. */
  readonly logged: string[] = [];
  readonly simulator: Simulator;
  readonly cancel = new AbortController();
  readonly ask: Asker;
  fault: Fault | undefined;
  readonly lacks: readonly Lack[];
  readonly #elsewhere: string | undefined;
  readonly #files = new Set<string>();
  readonly #admit: ReturnType<typeof openGate>;

  constructor(
    readonly subject: Subject,
    {
      fault,
      secret = subject.simulator.secret,
      limits = subject.simulator.limits,
      lacks = [],
      elsewhere,
      ...options
    }: WorldOptions = {},
  ) {
    this.fault = fault;
    this.simulator = subject.simulator.open({ calls: 250, seed: 7, account: 'conformance', ...window, ...options });
    this.lacks = lacks;
    this.#elsewhere = elsewhere;
    this.#admit = openGate(limits);
    this.ask = makeAsk({
      connector: subject.connector,
      egress: this.#egress(),
      authHeaders: new Secret(openingOf(subject.connector).headers(secret)),
      settings: {},
      baseUrl: 'https://platform.test',
      mediaUrl: 'https://platform.test',
      pacer: virtualPacer(this.time, subject.connector.limits),
      signal: this.cancel.signal,
      clock: this.time,
      log: this.#log(),
      sleep: this.time.sleep,
      random: () => 0.5,
    });
  }

  get requests(): number {
    return this.seen.length;
  }

  check(): Promise<Account> {
    return this.subject.connector.check(this.ask.as('check'));
  }

  /** The truth: ids of all calls in the whole window. */
  get ids(): readonly string[] {
    return this.simulator.idsWithin(window.from, window.to);
  }

  #egress(): Egress {
    return {
      request: async request => {
        request.signal.throwIfAborted();
        this.time.ms += latencyMs;
        const { url, headers } = request;
        const isEmptyFile = new URL(url).hostname === this.#elsewhere;
        const reply = isEmptyFile ? emptyFile : this.#answer(request);
        this.seen.push({
          ...{
            at: this.time.ms,
            url,
            status: reply === 'cut' ? 0 : reply.status,
            isFile: this.#files.has(pathOf(url)),
          },
          hadCredential: this.#credentials.some(value => Object.values(headers).includes(value)),
        });
        request.signal.throwIfAborted();
        if (reply === 'cut') throw new PlatformError('PLATFORM_UNREACHABLE', 'retry', 'The connection was cut.');
        return this.#redirected(sent(reply));
      },
    };
  }

  get #credentials(): readonly string[] {
    const { connector, simulator } = this.subject;
    return Object.values(openingOf(connector).headers(simulator.secret));
  }

  #redirected(reply: EgressReply): EgressReply {
    const { location } = reply.headers;
    if (location === undefined) return reply;
    this.#files.add(pathOf(location));
    const url = new URL(location);
    if (this.#elsewhere !== undefined) url.hostname = this.#elsewhere;
    return { ...reply, headers: { ...reply.headers, location: url.href } };
  }

  #answer(request: EgressRequest): SimulatedReply | 'cut' {
    const simulated = { ...received(request), at: this.time.ms, ...this.#bearer(request.headers.authorization) };
    const fault = this.fault?.(this.seen.length + 1, simulated);
    if (fault !== undefined) return fault;
    const { simulator: platform } = this.subject;
    const { standing, retryAfterSeconds } = this.#admit(this.time.ms, platform.groupOf?.(simulated));
    const reply =
      retryAfterSeconds > 0 ? platform.tooMany(retryAfterSeconds, this.time.now()) : this.simulator.answer(simulated);
    const now = platform.limitHeaders === undefined ? undefined : standing();
    return { ...reply, headers: { ...(now && platform.limitHeaders?.(now)), ...reply.headers } };
  }

  /** What the platform finds behind a token; those who have the right values have got one that lives. */
  #bearer(authorization: string | undefined): Pick<SimulatedRequest, 'bearer'> {
    const { connector, simulator } = this.subject;
    if (!bringsToken(connector)) return {};
    const right = Object.values(openingOf(connector).headers(simulator.secret));
    const grant = { account: 'conformance', person: 'admin', scopes: simulator.oauth?.scopes ?? [] } as const;
    return { bearer: right.includes(authorization ?? '') ? { state: 'live', grant } : { state: 'unknown' } };
  }

  #log(): Log {
    const write = (...line: unknown[]) => void this.logged.push(inspect(line, { depth: 10 }));
    return { debug: write, info: write, warn: write, error: write, with: () => this.#log() };
  }
}

const emptyFile: SimulatedReply = { status: 200, body: {}, kind: 'file' };

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function received({ url, method, headers, body }: EgressRequest): SimulatedRequest {
  const { pathname: path, searchParams: query } = new URL(url);
  return { method, path, query, headers, body: body === undefined ? undefined : JSON.parse(String(body)) };
}

function sent({ status, headers = {}, body }: SimulatedReply): EgressReply {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const bytes =
    body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(body === undefined ? '' : JSON.stringify(body));
  return { status, headers: lower, bytes };
}
