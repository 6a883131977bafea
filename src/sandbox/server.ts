/**
 * The sandbox: a platform's simulator behind a real HTTP server, with the platform's limits, faults
 * on demand, and a ledger of everything that was asked. People develop against it; tests judge by it.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimulatedLimit } from '#connector';
import { adminListener } from './admin.js';
import { meetsChallenge } from './events/deliver.js';
import { openEvents } from './events/open-events.js';
import { platformListener } from './exchange.js';
import { type Faults, noFaults, readFaults } from './faults.js';
import { judge } from './judge.js';
import { openLedger } from './ledger.js';
import { openOAuth } from './oauth/open-oauth.js';
import { openAccounts } from './open-accounts.js';
import type { Sandbox, SandboxOptions } from './sandbox.js';

const tellEveryMs = 1_000;

/** @throws TypeError for an unknown quirk, or for a clock where nothing comes into being; else when a port is taken: the error's code is `EADDRINUSE`. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { platform, host = '127.0.0.1', port = 0, adminPort = 0 } = options;
  const account = options.account ?? 'sandbox';
  requireKnownQuirks(options);
  if (options.now !== undefined && platform.isLive !== true)
    throw new TypeError('The simulator of this platform knows no passing of time.');
  const accounts = openAccounts(platform, { ...options, account }, options.accounts);
  const oauth = platform.oauth && openOAuth(platform.oauth, { account, ...options.oauth });
  const limits = limitsOf(options);
  const ledger = openLedger();
  const { webhooks } = platform;
  const { now, seed, eventFaults = {} } = options;
  const events = webhooks && openEvents({ webhooks, accounts, now, seed, faults: eventFaults });
  let faults = readFaults(options.faults ?? {}, noFaults);

  const sandbox: Omit<Sandbox, 'url' | 'adminUrl' | 'close'> = {
    secret: platform.secret,
    ledger: () => [...ledger.entries()],
    resetLedger: () => ledger.reset(),
    oauth: oauth?.handles,
    events,
    truth: (from = options.from, to = options.to, of = account) => accounts.of(of).idsWithin(from, to),
    judge: windows => judge(ledger.entries(), { limits, windows, thrift: platform.thrift }),
    setFaults: given => {
      faults = readFaults(given, faults);
      return faults;
    },
    expireCursors: () => accounts.each(simulator => simulator.expireCursors()),
    reveal: () => accounts.each(simulator => simulator.reveal()),
  };
  const takeFaults = (): Faults => {
    const taken = faults;
    if (taken.next.length > 0) faults = { ...taken, next: taken.next.slice(1) };
    return taken;
  };
  const answerApi = platformListener({
    platform,
    simulatorOf: accounts.of,
    look: options.oauth?.look ?? oauth?.look,
    ledger,
    limits,
    takeFaults,
    seed,
    now: now ?? Date.now,
    isMet: async receiver => webhooks === undefined || meetsChallenge(webhooks, receiver),
    onExchange: options.onExchange,
  });
  const server = createServer({ keepAliveTimeout: 65_000 }, (message, response) => {
    const [path = '/'] = (message.url ?? '/').split('?', 1);
    (oauth?.listenerOf(path) ?? answerApi)(message, response);
  });
  const admin = createServer(adminListener({ ...sandbox, entries: after => ledger.entries(after) }));
  try {
    await Promise.all([listen(server, port, host), listen(admin, adminPort, host)]);
  } catch (error) {
    await Promise.all([stop(server), stop(admin)]);
    throw error;
  }
  const voice = now === undefined ? undefined : setInterval(() => void events?.tell(), tellEveryMs).unref();
  return {
    ...sandbox,
    url: addressOf(server, host),
    adminUrl: addressOf(admin, host),
    async close() {
      clearInterval(voice);
      await Promise.all([stop(server), stop(admin)]);
    },
  };
}

function requireKnownQuirks({ platform, quirks = [], accounts = {} }: SandboxOptions): void {
  const known = Object.keys(platform.quirks ?? {});
  const asked = [...quirks, ...Object.values(accounts).flatMap(other => other.quirks ?? [])];
  const unknown = asked.find(name => !known.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`The platform has no quirk ${unknown}; it has ${known.join(', ') || 'none'}.`);
}

function limitsOf({ limits = 'published', platform, quirks = [] }: SandboxOptions): readonly SimulatedLimit[] {
  if (limits === 'published')
    return quirks.map(name => platform.quirks?.[name]?.limits).find(Boolean) ?? platform.limits;
  return limits === 'off' ? [] : limits;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

function stop(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function addressOf(server: Server, host: string): string {
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}
