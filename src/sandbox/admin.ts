import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { EventFaults } from './events/event-faults.js';
import type { SandboxEvents } from './events/sandbox-events.js';
import type { Faults } from './faults.js';
import type { LedgerEntry } from './ledger.js';
import { oauthActions } from './oauth/admin-actions.js';
import type { Sandbox } from './sandbox.js';

export interface Administered extends Omit<Sandbox, 'url' | 'adminUrl' | 'close' | 'ledger'> {
  entries(after?: number): Iterable<LedgerEntry>;
}

type Action = (of: Administered, url: URL, body: unknown) => unknown;

const actions: Readonly<Record<string, Action>> = {
  'GET /healthz': () => ({ ok: true }),
  'GET /ledger/summary': (of, url) => summaryOf(of, url),
  'GET /truth': (of, url) => truthOf(of, url),
  'POST /faults': (of, _, body) => of.setFaults(body as Partial<Faults>),
  'POST /expire-cursors': of => done(of.expireCursors),
  'POST /reveal': of => done(of.reveal),
  'POST /reset-ledger': of => done(of.resetLedger),
  'GET /events': of => ({ secret: eventsOf(of).kept(), events: eventsOf(of).ledger() }),
  'POST /events/addresses': (of, _, body) => enter(of, body),
  'POST /events/faults': (of, _, body) => eventsOf(of).setFaults(body as Partial<EventFaults>),
  ...oauthActions,
};

/** The second port: for judges and for people who want to change the weather while something runs. */
export function adminListener(of: Administered): RequestListener {
  return async (message, response) => {
    const url = new URL(message.url ?? '/', 'http://admin');
    const name = `${message.method} ${url.pathname}`;
    try {
      if (name === 'GET /ledger') return await writeLedger(of, url, response);
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (!action)
        return reply(response, 404, { error: `There is only: GET /ledger, ${Object.keys(actions).join(', ')}` });
      reply(response, 200, await action(of, url, await readBody(message)));
    } catch (error) {
      reply(response, 400, { error: error instanceof Error ? error.message : String(error) });
    }
  };
}

function eventsOf({ events }: Administered): SandboxEvents {
  if (events === undefined) throw new TypeError('The platform sends no events.');
  return events;
}

async function enter(of: Administered, body: unknown): Promise<{ readonly done: true }> {
  const { url } = body as { readonly url?: unknown };
  if (typeof url !== 'string' || !URL.canParse(url)) throw new TypeError('url must be an address');
  await eventsOf(of).enter(url);
  return { done: true };
}

function done(action: () => void): { readonly done: true } {
  action();
  return { done: true };
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** A long ledger is written entry by entry, never held as one text. `?after=` leaves out older entries, `?served=no` the ids. */
async function writeLedger(of: Administered, url: URL, response: ServerResponse): Promise<void> {
  const bare = url.searchParams.get('served') === 'no';
  response.writeHead(200, { 'content-type': 'application/json' });
  let comma = '[';
  for (const entry of of.entries(Number(url.searchParams.get('after') ?? 0))) {
    const shown = bare ? { ...entry, served: entry.served.length } : entry;
    const room = response.write(`${comma}${JSON.stringify(shown)}`);
    if (!room) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    if (response.destroyed) return;
    comma = ',\n';
  }
  response.end(comma === '[' ? '[]' : ']');
}

function summaryOf(of: Administered, url: URL) {
  const windows = url.searchParams.get('windows');
  const byKind: Record<string, number> = {};
  const byStatus: Record<string, number> = {};
  const byFault: Record<string, number> = {};
  for (const { kind, status, fault } of of.entries()) {
    byKind[kind] = (byKind[kind] ?? 0) + 1;
    byStatus[status] = (byStatus[status] ?? 0) + 1;
    if (fault) byFault[fault] = (byFault[fault] ?? 0) + 1;
  }
  return { byKind, byStatus, byFault, judgement: of.judge(windows === null ? undefined : Number(windows)) };
}

function truthOf(of: Administered, url: URL) {
  const [from, to, account] = ['from', 'to', 'account'].map(name => url.searchParams.get(name) ?? undefined);
  const ids = of.truth(from, to, account);
  return { count: ids.length, ids };
}

async function readBody(message: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}
