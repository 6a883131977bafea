import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';

/**
 * How the platform treats an account. Most moods write what they were sent into the answer: the header as it came,
 * and the secret inside it.
 */
export type Mood =
  | 'good'
  | 'good at first'
  | 'refuses'
  | 'forbids'
  | 'does not understand'
  | 'breaks in HTML'
  | 'stammers'
  | 'names itself oddly'
  | 'redirects'
  | 'is busy'
  | 'hangs up';

export interface MoodyGong {
  readonly url: string;
  readonly window: GongSandbox['window'];
  /** An account that this pair opens, in a mood. */
  add(key: string, secret: string, mood: Mood): void;
  close(): Promise<void>;
}

/** One address with accounts in every mood; people on its calls say `said` all the time. */
export async function startMoodyGong(said: string): Promise<MoodyGong> {
  const sandbox = await startGongSandbox({ calls: 5, broken: [1] });
  const accounts = new Map<string, Mood>();
  const server = createServer((request, response) => {
    const basic = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64').toString();
    void answer(sandbox, accounts.get(basic) ?? 'refuses', said, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    window: sandbox.window,
    add: (key, secret, mood) => void accounts.set(`${key}:${secret}`, mood),
    async close() {
      server.close();
      server.closeAllConnections();
      await sandbox.close();
    },
  };
}

async function answer(
  sandbox: GongSandbox,
  mood: Mood,
  said: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request);
  const { authorization = '' } = request.headers;
  const echo = { authorization, secret: Buffer.from(authorization.slice(6), 'base64').toString(), body };
  const say = (status: number, what: unknown, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-echo': encodeURI(echo.secret), ...headers });
    response.end(typeof what === 'string' ? what : JSON.stringify(what));
  };
  const listing = request.url?.includes('/extensive') === true;
  switch (mood) {
    case 'good at first':
      if (listing) return say(400, { errors: [echo] });
      return pass(sandbox, said, request, body, response, told => told.replaceAll('"id":"6', '"id":"7'));
    case 'good':
      return pass(sandbox, said, request, body, response);
    case 'refuses':
      return say(401, { errors: [echo] });
    case 'forbids':
      return say(403, { errors: [echo] });
    case 'does not understand':
      return say(400, { errors: [echo] });
    case 'breaks in HTML':
      return say(500, `<html><pre>${authorization} ${echo.secret}</pre></html>`, { 'content-type': 'text/html' });
    case 'stammers':
      return say(200, `{"workspaces":[{"id":"${authorization}" ${echo.secret}`);
    case 'names itself oddly':
      return say(200, { workspaces: [{ id: echo }] });
    case 'redirects':
      return say(302, '', { location: `http://127.0.0.1:1/?${encodeURIComponent(echo.secret)}` });
    case 'is busy':
      return say(429, { errors: [echo] }, { 'retry-after': '7200' });
    case 'hangs up':
      return void response.destroy();
  }
}

/** To the sandbox and back, with words of our own in everybody's mouth. */
async function pass(
  sandbox: GongSandbox,
  said: string,
  { url, method = 'GET' }: IncomingMessage,
  body: string,
  response: ServerResponse,
  change = (told: string): string => told,
): Promise<void> {
  const reply = await fetch(`${sandbox.url}${url}`, {
    method,
    headers: { authorization: sandbox.authorization, 'content-type': 'application/json' },
    ...(method !== 'GET' && { body }),
  });
  const told = (await reply.text()).replaceAll('"text":"', `"text":${JSON.stringify(`${said} `).slice(0, -1)}`);
  response.writeHead(reply.status, { 'content-type': 'application/json' }).end(change(told));
}
