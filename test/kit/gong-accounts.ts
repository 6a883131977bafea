import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { SandboxOptions } from '../../src/sandbox/sandbox.js';
import { type GongSandbox, startGongSandbox } from './sandbox.js';

/** Changes a good reply on its way: what it gives back is sent instead, a text as it is. */
// biome-ignore lint/suspicious/noExplicitAny: tests know what the platform answers.
export type Tamper = (path: string, body: any) => unknown;

/** One account on the common address, behind which stands a sandbox of its own. */
export interface GongAccount extends GongSandbox {
  /** A status in place of the account's own answer, or a cut socket; undefined lets the request through. */
  refuse: ((path: string, key: string, body: string) => number | 'cut' | undefined) | undefined;
  /** Access keys that open the account; its own at first. */
  readonly keys: Set<string>;
  /** The secret form with another key of the account. */
  secretOf(key: string): Readonly<Record<string, string>>;
  tamper: Tamper | undefined;
  /** Called when a request arrives; a promise holds the request up. */
  onRequest: ((path: string, key: string) => void | Promise<void>) | undefined;
}

export interface GongAccounts {
  /** What the hub's environment needs. */
  readonly env: GongSandbox['env'];
  /** A new account. Its access key is its name. */
  open(options?: Partial<Omit<SandboxOptions, 'platform'>> & { readonly tamper?: Tamper }): Promise<GongAccount>;
  close(): Promise<void>;
}

const good = 'good-secret';
let opened = 0;

/** Many accounts of one platform behind one address, as in life; the access key tells them apart. */
export async function startGongAccounts(): Promise<GongAccounts> {
  const accounts: GongAccount[] = [];
  const server = createServer((message, response) => {
    const [key = '', secret] = basicOf(message).split(':');
    const account = accounts.find(({ keys }) => keys.has(key));
    const answer =
      account === undefined || secret !== good ? deny(response, 401) : pass(account, key, message, response);
    void answer.catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { PLATFORM_GONG_API_URL: url, PATCHBAY_EGRESS_ALLOW: '127.0.0.1' };
  return {
    env,
    async open({ tamper, ...options } = {}) {
      const name = options.account ?? `account-${++opened}`;
      const sandbox = await startGongSandbox({ account: name, ...options });
      const secretOf = (key: string) => ({ key, secret: good });
      const account: GongAccount = Object.assign(sandbox, {
        ...{ env, secretOf, tamper, secret: secretOf(name), keys: new Set([name]) },
        ...{ refuse: undefined, onRequest: undefined },
      });
      accounts.push(account);
      return account;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await Promise.all(accounts.map(account => account.close()));
    },
  };
}

function basicOf({ headers }: IncomingMessage): string {
  return Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
}

async function deny(response: ServerResponse, status: number): Promise<void> {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ requestId: 'refused', errors: ['Refused'] }));
}

async function pass(
  account: GongAccount,
  key: string,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (message.url ?? '').split('?')[0] ?? '';
  await account.onRequest?.(path, key);
  const asked: Buffer[] = [];
  for await (const part of message) asked.push(part as Buffer);
  const refusal = account.refuse?.(path, key, Buffer.concat(asked).toString());
  if (refusal === 'cut') return void response.destroy();
  if (refusal !== undefined) return deny(response, refusal);

  const headers = { ...message.headers, authorization: account.authorization };
  const onward = request(`${account.url}${message.url}`, { method: message.method ?? 'GET', headers });
  onward.end(Buffer.concat(asked));
  const [reply] = (await once(onward, 'response')) as [IncomingMessage];
  const { tamper } = account;
  if (tamper === undefined || reply.statusCode !== 200) {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.on('error', () => response.destroy());
    return void reply.pipe(response);
  }
  const parts: Buffer[] = [];
  for await (const part of reply) parts.push(part as Buffer);
  const changed = tamper(path, JSON.parse(Buffer.concat(parts).toString()));
  const body = Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}
