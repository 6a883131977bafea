/**
 * The one way out: every request of the house to somebody else's machine leaves through here.
 *
 * Only https to public addresses, unless the operator allowed more. Redirects are answers and never followed.
 * Proxy variables are ignored: a proxy would connect to addresses that nobody here has judged.
 */
import { lookup } from 'node:dns/promises';
import { Agent, type Dispatcher } from 'undici';
import { BrokenPromise, HeldBack, PlatformError, ReplyTooLarge } from '../core/errors.js';
import type { Egress, EgressReply, EgressRequest, Log } from '../core/ports.js';
import { CheckedAgent } from './egress/agent.js';
import { AllowList } from './egress/allow-list.js';
import { checkedConnector, refused, type Resolve } from './egress/connector.js';
import { decodeBody } from './egress/decode-body.js';
import { Exchange } from './egress/exchange.js';

export interface EgressOptions {
  /** Hosts, hosts with port, and networks that may be reached although private, and then without TLS. */
  readonly allow: readonly string[];
  readonly log: Log;
  /** In which the operator lists these. */
  readonly setting?: string;
  readonly resolve?: Resolve | undefined;
}

export interface OpenEgress extends Egress {
  /** For a library with an HTTP client of its own; the caller ends it. */
  agentFor(protocol: string): CheckedAgent;
  close(): Promise<void>;
}

const headTimeoutMs = 30_000;
/** More than the runs of one process ask at once, so that a slow account holds up no other on the same host. */
const connectionsPerOrigin = 64;
const mostHeadBytes = 32 * 1024;

/** @throws Error that names the entry of `allow` which cannot be read. */
export function createEgress({ allow, log, setting, resolve = resolveAll }: EgressOptions): OpenEgress {
  const allowed = new AllowList(allow, setting);
  const connect = checkedConnector(allowed, resolve);
  const agent = new Agent({
    connect,
    connections: connectionsPerOrigin,
    keepAliveTimeout: 10_000,
    allowH2: false,
    maxHeaderSize: mostHeadBytes,
  });
  return {
    async request(request) {
      const url = checkedUrl(request.url, allowed.setting);
      request.signal.throwIfAborted();
      const deadline = deadlineOf(request);
      try {
        return await exchange(agent, url, request, deadline.signal);
      } catch (error) {
        request.signal.throwIfAborted();
        throw asPlatformError(error, url, log);
      } finally {
        deadline.clear();
      }
    },
    agentFor: protocol => new CheckedAgent(protocol, connect),
    close: () => agent.destroy(),
  };
}

const resolveAll: Resolve = hostname => lookup(hostname, { all: true, verbatim: true });

function checkedUrl(text: string, setting: string): URL {
  const url = URL.parse(text);
  if (url === null) throw refused('The address is not a URL.', setting);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refused('The address is neither https nor http.', setting);
  if (url.username !== '' || url.password !== '') throw refused('The address carries a credential.', setting);
  return url;
}

async function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: EgressRequest,
  signal: AbortSignal,
): Promise<EgressReply> {
  const { method, body = null, maxBytes, timeoutMs } = request;
  const exchange = new Exchange(request);
  signal.addEventListener('abort', () => exchange.fail(signal.reason as Error), { once: true });
  const options = {
    ...{ origin: url.origin, path: `${url.pathname}${url.search}`, method, body },
    headers: { ...lowerCase(request.headers), 'user-agent': 'patchbay', 'accept-encoding': 'gzip, br' },
    ...{ headersTimeout: Math.min(headTimeoutMs, timeoutMs), bodyTimeout: timeoutMs },
  };
  dispatcher.dispatch(options, exchange);
  const reply = await exchange.reply;
  const headers = plain(reply.headers);
  const bytes = await decodeBody(reply.body, headers['content-encoding'], maxBytes);
  return { status: reply.status, headers, bytes };
}

/** Aborts with the caller's signal, or when the exchange as a whole takes too long. */
function deadlineOf({ signal, timeoutMs }: EgressRequest): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(new Error(`No answer within ${timeoutMs} ms.`)), timeoutMs);
  signal.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}

/** Says the host and never the path or query, which may hold what only the platform should see. */
function asPlatformError(error: unknown, url: URL, log: Log): Error {
  if (error instanceof ReplyTooLarge || error instanceof HeldBack) return error;
  if (error instanceof PlatformError) {
    log.warn('egress refused', { host: url.host, reason: error.message });
    return error;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === 'UND_ERR_INVALID_ARG')
    return new BrokenPromise('A request could not be put into HTTP.', { cause: error });
  return new PlatformError(
    'PLATFORM_UNREACHABLE',
    'retry',
    `${url.host} gave no usable answer${code === undefined ? '' : ` (${code})`}.`,
    {
      remedy: 'Check that this host can be reached from here; it is tried again.',
      cause: error,
    },
  );
}

function plain(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    const last = Array.isArray(value) ? value.at(-1) : value;
    return last === undefined ? [] : [[name.toLowerCase(), last] as const];
  });
  return Object.fromEntries(entries);
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
