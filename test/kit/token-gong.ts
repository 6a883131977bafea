import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GongSandbox } from './sandbox.js';

/** What becomes of a refresh token that was used. */
export type Rotation = 'none' | 'strict' | 'grace' | 'replay';

/** One person's consent, and the tokens that came of it. */
export interface Family {
  readonly account: string;
  refresh: string;
  /** Successor of each token that was spent, and when it was. */
  readonly spent: Map<string, { readonly next: string; readonly at: number }>;
  exchanges: number;
  refreshes: number;
  /** Every refresh token that was presented, in order. */
  readonly presented: string[];
  dead: boolean;
}

export interface TokenGongOptions {
  readonly rotation?: Rotation;
  readonly accessSeconds?: number;
  readonly graceMs?: number;
  /** What tokens open, by account; without one nothing but tokens is asked. */
  readonly sandboxes?: Readonly<Record<string, GongSandbox>>;
}

/** A Gong that lets people in by OAuth, with a ledger that tests can trust. */
export interface TokenGong {
  readonly env: Readonly<Record<string, string>>;
  readonly families: Family[];
  rotation: Rotation;
  accessSeconds: number;
  /** Every request to the token endpoint, whatever came of it. */
  readonly asked: URLSearchParams[];
  /** API requests with a token that has ended. */
  stale: number;
  /** Called when a token request has arrived, and when the platform has acted upon it; a promise holds it up. */
  onToken: ((when: 'arrived' | 'acted', family: Family | undefined) => void | Promise<void>) | undefined;
  /** An answer in place of the platform's own, which then does not act. */
  answer: ((query: URLSearchParams, response: ServerResponse) => boolean) | undefined;
  /** Changes a good reply. */
  tamper: ((reply: Record<string, unknown>) => unknown) | undefined;
  /** What somebody who consents brings back. */
  code(account?: string): string;
  /** A family with tokens, as an exchange would have made it. */
  grant(account?: string): { readonly family: Family; readonly access: string };
  /** Ends all access tokens of a family, though they seem to live. */
  endAccess(family: Family): void;
  close(): Promise<void>;
}

const client = { id: 'test-app', secret: 'test-app-secret-canary' };
const fresh = (kind: string): string => `${kind}-${randomBytes(24).toString('base64url')}`;

export async function startTokenGong(options: TokenGongOptions = {}): Promise<TokenGong> {
  const { rotation = 'strict', accessSeconds = 3_600, graceMs = 60_000, sandboxes = {} } = options;
  const codes = new Map<string, string>();
  const owners = new Map<string, Family>();
  const access = new Map<string, { readonly family: Family; readonly until: number }>();
  const [firstAccount = 'acme'] = Object.keys(sandboxes);

  const begin = (account = firstAccount): Family => {
    const family: Family = {
      ...{
        account,
        refresh: fresh('refresh'),
        spent: new Map(),
        exchanges: 0,
        refreshes: 0,
        presented: [],
        dead: false,
      },
    };
    gong.families.push(family);
    owners.set(family.refresh, family);
    return family;
  };
  const issue = (family: Family): Record<string, unknown> => {
    const token = fresh('access');
    access.set(token, { family, until: Date.now() + gong.accessSeconds * 1_000 });
    return {
      ...{ access_token: token, token_type: 'Bearer', expires_in: gong.accessSeconds, refresh_token: family.refresh },
      ...{ scope: scopes, api_base_url_for_customer: 'https://company-17.api.gong.io' },
    };
  };
  const spend = (family: Family, token: string): Record<string, unknown> | undefined => {
    family.presented.push(token);
    const spent = family.spent.get(token);
    if (family.dead) return undefined;
    if (token === family.refresh) {
      if (gong.rotation !== 'none') {
        const next = fresh('refresh');
        family.spent.set(token, { next, at: Date.now() });
        family.refresh = next;
        owners.set(next, family);
      }
      return issue(family);
    }
    if (spent === undefined) return undefined;
    if (gong.rotation === 'grace' && Date.now() - spent.at < graceMs) return issue(family);
    // The successor comes again until it was itself used.
    if (gong.rotation === 'replay' && spent.next === family.refresh) return issue(family);
    return undefined;
  };
  const act = (query: URLSearchParams): [number, unknown, Family?] => {
    if (query.get('grant_type') === 'authorization_code') {
      const account = codes.get(query.get('code') ?? '');
      codes.delete(query.get('code') ?? '');
      if (account === undefined) return [400, { error: 'invalid_grant' }];
      const family = begin(account);
      family.exchanges += 1;
      return [200, issue(family), family];
    }
    const token = query.get('refresh_token') ?? '';
    const family = owners.get(token);
    const reply = family && spend(family, token);
    if (family === undefined || reply === undefined) return [400, { error: 'invalid_grant' }, family];
    family.refreshes += 1;
    return [200, reply, family];
  };
  const token = async (query: URLSearchParams, headers: IncomingMessage['headers'], response: ServerResponse) => {
    gong.asked.push(query);
    await gong.onToken?.('arrived', owners.get(query.get('refresh_token') ?? ''));
    if (gong.answer?.(query, response)) return;
    const basic = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
    if (headers.authorization !== basic) return send(response, 401, { error: 'invalid_client' });
    const [status, body, family] = act(query);
    await gong.onToken?.('acted', family);
    send(response, status, status === 200 ? (gong.tamper?.(body as Record<string, unknown>) ?? body) : body);
  };
  const api = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const held = access.get((message.headers.authorization ?? '').replace('Bearer ', ''));
    const sandbox = held && sandboxes[held.family.account];
    if (held === undefined || sandbox === undefined || held.until <= Date.now()) {
      gong.stale += 1;
      return send(response, 401, { errors: ['The token has ended.'] });
    }
    const headers = { ...message.headers, authorization: sandbox.authorization };
    const onward = request(`${sandbox.url}${message.url}`, { method: message.method ?? 'GET', headers });
    message.pipe(onward);
    const [reply] = (await once(onward, 'response')) as [IncomingMessage];
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
  };
  const server = createServer((message, response) => {
    const { pathname, searchParams } = new URL(message.url ?? '/', 'http://gong');
    const done =
      pathname === '/oauth2/generate-customer-token'
        ? token(searchParams, message.headers, response)
        : api(message, response);
    void done.catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gong: TokenGong = {
    env: {
      ...{ PLATFORM_GONG_API_URL: url, PLATFORM_GONG_AUTH_URL: url, PLATFORM_GONG_TOKEN_URL: url },
      ...{ PLATFORM_GONG_CLIENT_ID: client.id, PLATFORM_GONG_CLIENT_SECRET: client.secret },
      PATCHBAY_EGRESS_ALLOW: '127.0.0.1',
    },
    ...{ families: [], asked: [], rotation, accessSeconds, stale: 0 },
    ...{ onToken: undefined, answer: undefined, tamper: undefined },
    code(account = firstAccount) {
      const code = fresh('code');
      codes.set(code, account);
      return code;
    },
    grant(account) {
      const family = begin(account);
      return { family, access: String(issue(family)['access_token']) };
    },
    endAccess(family) {
      for (const [name, held] of access) if (held.family === family) access.delete(name);
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return gong;
}

const scopes =
  'api:calls:read:basic api:calls:read:extensive api:calls:read:transcript api:workspaces:read api:users:read';

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** For `onToken`: a platform that takes its time. */
export const slowly = (ms: number) => (when: string) =>
  when === 'arrived' ? sleep(ms).then(() => undefined) : undefined;
