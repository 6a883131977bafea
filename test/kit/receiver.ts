import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** A message as it came in. */
export interface ReceivedMessage {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly id: string;
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they are sent.
  readonly json: any;
  /** When it came, on the clock of `performance.now()`. */
  readonly at: number;
}

export interface Receiver {
  readonly url: string;
  readonly received: ReceivedMessage[];
  /** Of these, what is no test message. */
  messages(path?: string): ReceivedMessage[];
  /** A status in place of 204, or an answer of its own. */
  answer:
    | ((message: ReceivedMessage, response: ServerResponse) => number | undefined | void | Promise<number | void>)
    | undefined;
  close(): Promise<void>;
}

/** Another program, which takes messages on this machine and keeps them. */
export async function startReceiver(): Promise<Receiver> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const { url: path = '', headers } = request;
    const message = {
      path,
      headers,
      body,
      id: String(headers['webhook-id']),
      json: JSON.parse(body),
      at: performance.now(),
    };
    made.received.push(message);
    const status = await made.answer?.(message, response);
    if (!response.headersSent && !response.destroyed) response.writeHead(status ?? 204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const made: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    messages: path =>
      made.received.filter(one => one.json.type !== 'endpoint.test' && (path === undefined || one.path === path)),
    answer: undefined,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return made;
}

/**
 * Whether both verifiers take a message for genuine: the published library, and one written from the specification.
 *
 * @throws when they disagree.
 */
export function isGenuine(secret: string, message: Pick<ReceivedMessage, 'headers' | 'body'>): boolean {
  const headers = message.headers as Record<string, string>;
  const [published, own] = [byLibrary(secret, message.body, headers), bySpecification(secret, message.body, headers)];
  if (published !== own) throw new Error(`The verifiers disagree: the library says ${published}, we say ${own}.`);
  return own;
}

function byLibrary(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

const toleranceSeconds = 300;

function bySpecification(secret: string, body: string, headers: Record<string, string>): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  if (id === undefined || !/^\d+$/.test(timestamp ?? '')) return false;
  if (Math.abs(Date.now() / 1_000 - Number(timestamp)) > toleranceSeconds) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const wanted = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return signatures.split(' ').some(one => {
    const [version, text = ''] = one.split(',');
    const given = Buffer.from(text, 'base64');
    return version === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}
