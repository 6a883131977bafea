/**
 * A platform of which the hub takes every account for one at Gong. An account answers as it should but where its
 * behaviour says otherwise, and then down to the bytes on the wire.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export type Kind = 'workspaces' | 'users' | 'count' | 'listing' | 'transcripts';

/** One request, and the right answer to it. */
export interface Asked {
  /** How many of its kind there have been, this one included. */
  readonly number: number;
  readonly body: { readonly cursor?: string; readonly filter?: { readonly callIds?: readonly string[] } };
  // biome-ignore lint/suspicious/noExplicitAny: behaviours know what they spoil.
  readonly good: any;
  readonly url: string;
}

/** What is sent: JSON, text or bytes, or whatever is written on the socket. */
export type Reply =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | { readonly wire: (socket: Socket) => void };

/** Undefined: answers as it should. */
export type Behaviour = { readonly [K in Kind]?: (asked: Asked) => Reply | undefined };

export interface HostilePlatform {
  readonly url: string;
  /** Opens an account of so many calls, whose access key is its name. */
  open(name: string, calls: number, behaviour: Behaviour): Account;
  close(): void;
}

export interface Account {
  /** Requests so far. */
  requests: number;
  readonly secret: Readonly<Record<string, string>>;
}

export const window = { from: '2026-01-05T00:00:00Z', to: '2026-01-12T00:00:00Z' };
const pageSize = 100;

interface OpenAccount extends Account {
  readonly name: string;
  readonly calls: readonly Call[];
  readonly behaviour: Behaviour;
  readonly numbers: Map<Kind, number>;
}

type Call = ReturnType<typeof callOf>;

function callOf(name: string, index: number, of: number) {
  const started = Date.parse(window.to) - (index + 1) * Math.floor((7 * 86_400_000) / (of + 1));
  return {
    metaData: {
      id: `${name}-${index}`,
      title: `Call ${index}`,
      started: new Date(started).toISOString(),
      duration: 60,
      direction: 'Outbound',
      media: 'Audio',
      language: 'eng',
      workspaceId: '1',
      url: 'https://app.gong.io/call',
    },
    parties: [{ id: '1', name: 'Ada', emailAddress: 'ada@acme.test', speakerId: '1', affiliation: 'Internal' }],
  };
}

export async function startHostilePlatform(): Promise<HostilePlatform> {
  const accounts = new Map<string, OpenAccount>();
  const server = createServer((request, response) => {
    const [name = ''] = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64')
      .toString()
      .split(':');
    const account = accounts.get(name);
    if (account === undefined) return void response.writeHead(401).end();
    void answer(account, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open(name, calls, behaviour) {
      const account: OpenAccount = {
        ...{ name, behaviour, requests: 0, numbers: new Map(), secret: { key: name, secret: 'of-no-use' } },
        calls: Array.from({ length: calls }, (_, index) => callOf(name, index, calls)),
      };
      accounts.set(name, account);
      return account;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const kinds: Readonly<Record<string, Kind>> = {
  '/v2/workspaces': 'workspaces',
  '/v2/users': 'users',
  '/v2/calls': 'count',
  '/v2/calls/extensive': 'listing',
  '/v2/calls/transcript': 'transcripts',
};

async function answer(account: OpenAccount, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://platform.test');
  const kind = kinds[url.pathname];
  account.requests += 1;
  if (kind === undefined) return void response.writeHead(404).end('{"errors":["No such address"]}');
  const asked = await text(request);
  const number = (account.numbers.get(kind) ?? 0) + 1;
  account.numbers.set(kind, number);
  const body = asked === '' ? { filter: Object.fromEntries(url.searchParams) } : JSON.parse(asked);
  const good = rightAnswer(account, kind, body);
  send(response, account.behaviour[kind]?.({ number, body, good, url: request.url ?? '' }) ?? { body: good });
}

function send(response: ServerResponse, reply: Reply): void {
  response.on('error', () => undefined);
  if ('wire' in reply) {
    const socket = response.socket as Socket;
    socket.on('error', () => undefined);
    return reply.wire(socket);
  }
  const { status = 200, headers = {}, body } = reply;
  const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body ?? {});
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(bytes);
}

type Filter = { readonly fromDateTime?: string; readonly toDateTime?: string; readonly callIds?: readonly string[] };

function rightAnswer(
  { name, calls }: OpenAccount,
  kind: Kind,
  { cursor, filter = {} }: { readonly cursor?: string; readonly filter?: Filter },
): object {
  if (kind === 'workspaces') return { workspaces: [{ id: `workspace-${name}`, name }] };
  if (kind === 'users') return { records: {}, users: [{ emailAddress: 'ada@acme.test' }] };
  if (kind === 'transcripts') {
    const callTranscripts = (filter.callIds ?? []).map(transcriptOf);
    return { records: { totalRecords: callTranscripts.length }, callTranscripts };
  }
  const listed = calls.filter(({ metaData }) => isInside(metaData.started, filter));
  const start = Number(cursor ?? 0) || 0;
  const page = listed.slice(start, start + pageSize);
  const next = start + pageSize < listed.length ? { cursor: String(start + pageSize) } : {};
  return { records: { totalRecords: listed.length, ...next }, calls: page satisfies readonly Call[] };
}

function transcriptOf(callId: string) {
  return { callId, transcript: [{ speakerId: '1', sentences: [{ start: 0, end: 900, text: 'Hello there.' }] }] };
}

function isInside(started: string, { fromDateTime = window.from, toDateTime = window.to }: Filter): boolean {
  const at = Date.parse(started);
  return at >= Date.parse(fromDateTime) && at < Date.parse(toDateTime);
}
