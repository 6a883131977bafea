import type { Ask, Connector, Headers, Purpose, Request, Settings, Verdict } from '#connector';
import { HeldBack, PlatformError, ReplyTooLarge } from '../core/errors.js';
import type { Clock, Egress, EgressReply, EgressRequest, Log } from '../core/ports.js';
import type { Secret } from '../core/secret.js';
import { asSource, type AuthSource } from './auth-source.js';
import {
  backOffMs,
  defaultHoldMs,
  mostAttempts,
  mostHolds,
  patienceMs,
  sleep as realSleep,
  type Sleep,
} from './back-off.js';
import { CursorDied } from './cursor-died.js';
import { judge, type Judged } from './judge.js';
import type { Pacer } from './pacer.js';
import { readQuota } from './read-quota.js';
import { fileAt, isRedirect, judgeFile } from './redirect.js';
import { type Asked, concernsPermission, refusal, unreachable } from './refusal.js';
import { baseUrlOf, requestUrl } from './request-url.js';
import { waitUntil } from './retry-after.js';
import { parseReply, withoutMark } from './parse-reply.js';

export interface AskOptions {
  readonly connector: Connector;
  readonly egress: Egress;
  /** What opens the account; a source when that may be renewed meanwhile. */
  readonly authHeaders: Secret<Headers> | AuthSource;
  /** What was learned about the account. */
  readonly settings: Settings;
  /** Replaces the platform's base URL, and the rule that it lies under the platform's domain. */
  readonly baseUrl?: string | undefined;
  /** Replaces the address of the platform's own hosts for files. */
  readonly mediaUrl?: string | undefined;
  readonly pacer: Pacer;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
  /** Called after every request that was sent. */
  readonly onRequest?: ((sent: SentRequest) => void) | undefined;
  readonly sleep?: Sleep | undefined;
  /** At least 0 and below 1; spreads back-offs. */
  readonly random?: (() => number) | undefined;
}

export interface SentRequest {
  /** The group of limits that counts it. */
  readonly group: string | undefined;
  readonly outcome: Verdict | 'unreachable';
  /** How long the request stood waiting for leave. */
  readonly waitedMs: number;
}

/** Asks the platform for the engine. */
export interface Fetcher {
  /**
   * Sends a request until it is answered, and reads the answer. Undefined for an `empty` verdict.
   * `read` throwing a PlatformError of recovery `retry` counts as a failed attempt.
   * @throws PlatformError with what to do next as its recovery; CursorDied for a `restart` verdict.
   */
  fetch<T>(request: Request, purpose: Purpose, read: (bytes: Buffer) => T): Promise<T | undefined>;
}

export interface Asker extends Fetcher {
  /** What a connector's own operations are given; its requests are judged by this purpose. */
  as(purpose: Purpose): Ask;
}

/** From the platform to its hosts for files, and from there to where the file really lies. */
const mostHops = 4;
const timeoutMs = 60_000;
const maxBytes = 64 * 1024 * 1024;
/** Replies to questions that are no pages are parsed as a whole, which takes many times their size. */
const mostParsedBytes = 8 * 1024 * 1024;

/**
 * Asks one account of one platform: pace, send, judge, and try again while that makes sense.
 * The credential goes into the request's headers and nowhere else.
 */
export function makeAsk(options: AskOptions): Asker {
  const fetcher: Fetcher = {
    fetch: (request, purpose, read) => new Errand(options, request, purpose, maxBytes).run(read),
  };
  return {
    ...fetcher,
    as: purpose => ({
      settings: options.settings,
      send: request => new Errand(options, request, purpose, mostParsedBytes).run(parseReply),
    }),
  };
}

/** How an attempt ended, when the request is not over for good. */
type Outcome<T> =
  | { readonly answer: T | undefined }
  | { readonly hold: EgressReply }
  | { readonly failure: unknown }
  | { readonly again: 'with another credential' | 'after a pause' };

/** What opened the account before a wait of this length may have ended meanwhile. */
const staleMs = 50;
/** Tokens that live for a second or two may end on their way again and again, which says nothing about the credential. */
const mostNewer = 5;

/** One request on its way to an answer. */
class Errand {
  readonly #asked: Asked;
  #failures = 0;
  #holds = 0;
  #isForbidden = false;
  #isRenewed = false;
  #newer = 0;
  readonly #auth: AuthSource;

  constructor(
    readonly options: AskOptions,
    readonly request: Request,
    readonly purpose: Purpose,
    readonly mostBytes: number,
  ) {
    const { path, method = 'GET' } = request;
    this.#auth = asSource(options.authHeaders);
    this.#asked = { platform: options.connector.manifest.name, method, path };
  }

  async run<T>(read: (bytes: Buffer) => T): Promise<T | undefined> {
    const outgoing = this.#outgoing();
    for (;;) {
      const outcome: Outcome<T> = await this.#attempt(outgoing, read).catch((error: unknown) => this.#failure(error));
      if ('answer' in outcome) return outcome.answer;
      if ('hold' in outcome) await this.#hold(outcome.hold);
      else if ('failure' in outcome) await this.#backOff(outcome.failure);
    }
  }

  async #attempt<T>(outgoing: EgressRequest, read: (bytes: Buffer) => T): Promise<Outcome<T>> {
    const { clock, pacer, signal } = this.options;
    signal.throwIfAborted();
    // Before leave is taken: a refresh may last longer than leave is good for.
    let auth = await this.#auth.take();
    const asked = clock.now().getTime();
    const permit = await pacer.take(this.request.group, signal);
    const waitedMs = clock.now().getTime() - asked;
    const moments = { onSent: () => permit.sent(), onHead: () => permit.answered(this.purpose) };
    const send = async () => {
      if (waitedMs > staleMs) auth = await this.#auth.take();
      const headers = { ...outgoing.headers, ...lowerCase(auth.reveal()) };
      return this.#send({ ...outgoing, ...moments, headers }, waitedMs);
    };
    const answered = await send().finally(() => permit.close());
    const told = readQuota(this.options.connector.http.quotaHeaders, answered.reply.headers, clock.now());
    if (told !== undefined) await pacer.learn(this.request.group, told);
    const { judged, reply } = this.#leadsOn(answered.reply)
      ? await this.#follow(outgoing, answered.reply, auth)
      : answered;
    const { verdict } = judged;
    if (verdict === 'ok') return { answer: read(withoutMark(reply.bytes)) };
    if (verdict === 'empty') return { answer: undefined };
    if (verdict === 'wait') return { hold: reply };
    if (verdict === 'retry') return { failure: `status ${reply.status}` };
    if (verdict === 'reconnect' && !concernsPermission(judged, reply.status) && (await this.#isRenewable(auth)))
      return { again: 'with another credential' };
    if (verdict === 'reconnect' && this.#isStray(reply.status)) return { failure: `status ${reply.status}` };
    throw refusal(judged, reply.status, this.#asked);
  }

  /**
   * Firewalls in front of platforms forbid what they mistake for an attack. Before a customer is called to mend a key
   * that was good a moment ago, it is tried once more. A key that is rejected outright (401) is not: that locks accounts.
   */
  #isStray(status: number): boolean {
    if (this.#isForbidden || status !== 403 || this.purpose === 'check') return false;
    this.#isForbidden = true;
    return true;
  }

  /** A token can end, or be ended, at any time. Whoever else has seen that has renewed it; else it is renewed, once. */
  async #isRenewable(refused: Secret<Headers>): Promise<boolean> {
    if (this.#newer < mostNewer && (await this.#auth.hasNewer(refused))) {
      this.#newer += 1;
      return true;
    }
    if (this.#isRenewed) return false;
    this.#isRenewed = true;
    return this.#auth.renew(refused);
  }

  async #send(outgoing: EgressRequest, waitedMs: number): Promise<{ judged: Judged; reply: EgressReply }> {
    const { connector, egress, onRequest } = this.options;
    let outcome: SentRequest['outcome'] | undefined = 'unreachable';
    try {
      const reply = await egress.request(outgoing);
      const judged = this.#leadsOn(reply) ? ({ verdict: 'ok' } as const) : judge(connector.http, this.purpose, reply);
      outcome = judged.verdict;
      return { judged, reply };
    } catch (error) {
      if (error instanceof HeldBack) outcome = undefined;
      throw error;
    } finally {
      if (outcome !== undefined) onRequest?.({ group: this.request.group, outcome, waitedMs });
    }
  }

  #leadsOn(reply: EgressReply): boolean {
    return this.purpose === 'lookup' && this.request.method !== 'POST' && isRedirect(reply);
  }

  /** The file that a lookup is answered with. Nobody but the platform's own hosts sees the credential. */
  async #follow(
    { url: asked, signal, timeoutMs, maxBytes, headers }: EgressRequest,
    first: EgressReply,
    auth: Secret<Headers>,
  ): Promise<{ judged: Judged; reply: EgressReply }> {
    const { baseUrl, connector, egress, mediaUrl: replacement, settings } = this.options;
    const base = baseUrlOf(connector, settings, baseUrl);
    let [reply, from] = [first, asked];
    for (let hop = 0; hop < mostHops; hop++) {
      const place = fileAt(reply.headers.location ?? '', from, { base, connector, replacement });
      if (place === undefined) break;
      const shown = place.isOwn ? { ...headers, ...lowerCase(auth.reveal()) } : { accept: '*/*' };
      from = place.url;
      reply = await egress.request({ url: from, method: 'GET', headers: shown, signal, timeoutMs, maxBytes });
      if (!isRedirect(reply)) return { judged: { verdict: judgeFile(reply) }, reply };
    }
    return { judged: { verdict: 'skip' }, reply };
  }

  /** @throws the error itself when trying again at once makes no sense. */
  #failure(error: unknown): { readonly failure: unknown } | { readonly again: 'after a pause' } {
    this.options.signal.throwIfAborted();
    if (error instanceof HeldBack) return { again: 'after a pause' };
    // With fewer calls at a time, or without one, a lookup may fit.
    if (error instanceof ReplyTooLarge && this.purpose === 'lookup')
      throw new PlatformError(error.code, 'skip', error.message);
    if (error instanceof PlatformError && error.recovery === 'retry' && !(error instanceof CursorDied))
      return { failure: error };
    throw error;
  }

  /** "Slow down" is nobody's fault: it costs no attempt, and all who share the limit stand still. */
  async #hold(reply: EgressReply): Promise<void> {
    const { clock, connector, log, pacer } = this.options;
    this.#holds++;
    const now = clock.now();
    const { silentWaitSeconds, waits } = connector.http;
    const unsaidMs = silentWaitSeconds === undefined ? defaultHoldMs(this.#holds) : silentWaitSeconds * 1_000;
    const until = waitUntil(reply.headers, waits, now) ?? new Date(now.getTime() + unsaidMs);
    log.info('asked to slow down', { ...this.#asked, until: until.toISOString() });
    await pacer.hold(this.request.group, until);
    if (this.#holds < mostHolds) return;
    throw new PlatformError('PLATFORM_BUSY', 'wait', `${this.#asked.platform} asks us to come back later.`, {
      until: new Date(Math.max(until.getTime(), now.getTime() + patienceMs)),
    });
  }

  async #backOff(reason: unknown): Promise<void> {
    const { log, random = Math.random, signal, sleep = realSleep } = this.options;
    this.#failures++;
    log.debug('attempt failed', { ...this.#asked, attempt: this.#failures, reason: String(reason) });
    if (this.#failures >= mostAttempts) throw unreachable(this.#asked, mostAttempts, reason);
    await sleep(backOffMs(this.#failures, random), signal);
  }

  #outgoing(): EgressRequest {
    const { baseUrl, connector, settings, signal } = this.options;
    const { body, method = 'GET' } = this.request;
    const headers = {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...lowerCase(connector.http.headers ?? {}),
    };
    return {
      url: requestUrl(baseUrlOf(connector, settings, baseUrl), this.request),
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
      timeoutMs,
      maxBytes: this.mostBytes,
    };
  }
}

function lowerCase(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
