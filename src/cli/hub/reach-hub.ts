import { setTimeout as sleep } from 'node:timers/promises';
import { hubAddress, readConfig } from '../../config.js';
import { PlatformError } from '../../core/errors.js';
import type { EgressReply } from '../../core/ports.js';
import { StartupProblem } from '../../core/startup-problem.js';
import { keptAdminKey } from '../../infra/data-folder.js';
import { createEgress } from '../../infra/egress.js';
import { openLog } from '../../infra/log.js';
import { plain } from '../plain.js';

/** A running hub, asked over GraphQL with an API key, as any other program asks it. */
export interface HubAtHand {
  /** Waits for a hub that asks to be asked later, two minutes at most. @throws HubRefused; HubAway */
  ask<T>(document: string, variables?: Readonly<Record<string, unknown>>): Promise<T>;
  close(): Promise<void>;
}

/** The hub answered that it will not. Says what and what to do, fit for a terminal. */
export class HubRefused extends Error {}

/** Nobody answers there, at least not now. */
export class HubAway extends Error {}

/** A hub is there and asks to wait: its database is away, or it was asked too much. */
class HubBusy extends HubAway {}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly remedy?: string };
  }[];
}

const busyCodes: readonly unknown[] = ['UNAVAILABLE', 'RATE_LIMITED'];
/** How long a hub that asks to wait is waited for. */
const patienceMs = 120_000;
const waitMs = 2_000;
const timeoutMs = 15_000;
const maxBytes = 8 * 1024 * 1024;

const noKeyKept = (dataDir: string): string =>
  `There is no API key: set PATCHBAY_ADMIN_KEY, or run this where the hub keeps its own (${dataDir}).`;
const noKeyGiven =
  'There is no API key for the hub of --hub: set PATCHBAY_ADMIN_KEY. The key in the data folder is only for the hub on this machine.';

/** Where a key may go without TLS: nowhere that it can be read on the way. */
const ownNetworks = [
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  ...['::1/128', 'fc00::/7', 'fe80::/10'],
];

/** Whoever names the hub may have it at home, and without TLS there. What a name leads to is judged, and not the name. */
function reachedWithoutTls({ protocol, host }: URL, isNamed: boolean): readonly string[] {
  return protocol === 'http:' && isNamed ? ownNetworks : [host];
}

/** @throws StartupProblem without an address or a key */
export async function reachHub(
  env: Readonly<Record<string, string | undefined>>,
  address: string | undefined,
): Promise<HubAtHand> {
  const config = readConfig(env);
  const origin = originOf(address ?? hubAddress(config.host, config.port));
  // The key that is kept here is that of the hub here, and nobody else's.
  const key = config.adminKey ?? (address === undefined ? await keptAdminKey(config.dataDir) : undefined);
  if (key === undefined) throw new StartupProblem(address === undefined ? noKeyKept(config.dataDir) : noKeyGiven);
  const egress = createEgress({ allow: reachedWithoutTls(origin, address !== undefined), log: openLog('silent') });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key.reveal()}` };
  const post = async (body: string): Promise<EgressReply> => {
    const url = new URL('graphql', origin).href;
    const signal = new AbortController().signal;
    try {
      return await egress.request({ url, method: 'POST', headers, body, signal, timeoutMs, maxBytes });
    } catch (error) {
      throw awayOf(error, origin);
    }
  };
  return {
    async ask<T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
      const began = performance.now();
      for (;;) {
        const reply = await post(JSON.stringify({ query, variables }));
        try {
          return dataOf(reply.bytes.toString(), `What answers at ${origin.origin} (${reply.status}) is no hub.`) as T;
        } catch (error) {
          const wait = waitOf(reply);
          if (!(error instanceof HubBusy) || performance.now() - began + wait > patienceMs) throw error;
          await sleep(wait);
        }
      }
    },
    close: () => egress.close(),
  };
}

/** Milliseconds after which a busy hub may be asked again. */
function waitOf({ headers }: EgressReply): number {
  const said = headers['retry-after'] ?? '';
  return /^\d{1,6}$/.test(said) ? Number(said) * 1_000 : waitMs;
}

/** A path stays, for hubs that are not at the top of their host. */
function originOf(address: string): URL {
  const url = URL.parse(address.endsWith('/') ? address : `${address}/`);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '') return url;
  throw new StartupProblem('--hub must be an address such as https://patchbay.example.com.');
}

function awayOf(error: unknown, origin: URL): unknown {
  if (!(error instanceof PlatformError)) return error;
  if (error.code === 'EGRESS_REFUSED')
    return new HubRefused(
      `${origin.origin} is out on the internet, where a key is not sent without TLS: name the hub with https.`,
    );
  if (error.code !== 'PLATFORM_UNREACHABLE') return new HubRefused(`${error.code}: ${plain(error.message)}`);
  return new HubAway(`No hub answers at ${origin.origin}: start it, or name another with --hub.`);
}

function dataOf(text: string, otherwise: string): unknown {
  let answer: Answer;
  try {
    answer = JSON.parse(text) as Answer;
  } catch {
    throw new HubAway(otherwise);
  }
  const [error] = answer.errors ?? [];
  if (error !== undefined) {
    const { code, remedy = '' } = error.extensions ?? {};
    const says = plain(`${code === undefined ? '' : `${code}: `}${error.message} ${remedy}`).trim();
    throw busyCodes.includes(code) ? new HubBusy(says) : new HubRefused(says);
  }
  if (answer.data === undefined) throw new HubAway(otherwise);
  return answer.data;
}
