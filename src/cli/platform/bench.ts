import type { Connector, Headers, Window } from '#connector';
import { PlatformError } from '../../core/errors.js';
import type { Egress } from '../../core/ports.js';
import { type Asker, makeAsk } from '../../engine/index.js';
import { openLog } from '../../infra/log.js';
import { calmPacer } from './calm-pacer.js';
import type { Means, Opened } from './way-in.js';

/** An account that is open to be looked at, and what its platform has answered so far. */
export interface Bench {
  readonly connector: Connector;
  readonly opened: Opened;
  readonly asker: Asker;
  readonly window: Window;
  readonly answers: readonly Answer[];
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** By our clock, in the middle between sending and hearing. */
  readonly at: number;
}

/** Whatever goes wrong, no more are sent. */
const mostRequests = 30;
const mostMs = 300_000;

export function openBench(connector: Connector, opened: Opened, { config, egress, clock }: Means, days: number): Bench {
  const answers: Answer[] = [];
  let sent = 0;
  const watched: Egress = {
    async request(request) {
      if (++sent > mostRequests)
        throw new PlatformError('PLATFORM_BUSY', 'stop', `${mostRequests} requests are enough.`);
      const began = Date.now();
      const { status, headers, bytes } = await egress.request(request);
      answers.push({ status, headers, at: (began + Date.now()) / 2 });
      return { status, headers, bytes };
    },
  };
  const { id } = connector.manifest;
  const asker = makeAsk({
    connector,
    egress: watched,
    authHeaders: opened.headers,
    settings: opened.settings,
    baseUrl: config.apiUrls.get(id),
    mediaUrl: config.mediaUrls.get(id),
    pacer: calmPacer(config.platformLimits.get(id) ?? connector.limits),
    signal: AbortSignal.timeout(mostMs),
    clock,
    log: openLog('silent'),
  });
  const { reachesBackDays = days, maxWindowDays = days } = connector.calls;
  const to = clock.now().getTime();
  const span = Math.min(days, reachesBackDays, maxWindowDays) * 86_400_000;
  const window = { from: new Date(to - span).toISOString(), to: new Date(to).toISOString() };
  return { connector, opened, asker, window, answers };
}
