import { once } from 'node:events';
import { vi } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';

interface Message {
  readonly type: string;
  readonly id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
  readonly payload?: any;
}

export interface RawSocket {
  readonly socket: WebSocket;
  readonly messages: readonly Message[];
  send(message: object | string): void;
  ask(id: string, query: string, variables?: object): void;
  /** The nth message of the type. */
  message(type: string, nth?: number): Promise<Message>;
  /** How the hub closed it. */
  end(): Promise<{ readonly code: number; readonly reason: string }>;
}

/** A socket that speaks the protocol by hand, and has said nothing yet. */
export async function rawSocket(
  url: string,
  { protocol = 'graphql-transport-ws', ...options }: ClientOptions & { readonly protocol?: string } = {},
): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol, options);
  const messages: Message[] = [];
  let closed: { code: number; reason: string } | undefined;
  socket.on('message', data => messages.push(JSON.parse(String(data))));
  socket.on('close', (code, reason) => (closed = { code, reason: String(reason) }));
  socket.on('error', () => undefined);
  await once(socket, 'open');
  const send = (message: object | string) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return {
    ...{ socket, messages, send },
    ask: (id, query, variables = {}) => send({ type: 'subscribe', id, payload: { query, variables } }),
    message: (type, nth = 1) =>
      vi.waitFor(
        () => {
          const found = messages.filter(message => message.type === type)[nth - 1];
          if (found === undefined) throw new Error(`No ${type} yet: ${JSON.stringify([messages.slice(-3), closed])}`);
          return found;
        },
        { timeout: 5_000 },
      ),
    end: () =>
      vi.waitFor(
        () => {
          if (closed === undefined) throw new Error('The socket is still open.');
          return closed;
        },
        { timeout: 15_000 },
      ),
  };
}

/** One that holds a key. */
export async function admittedSocket(url: string, key: string): Promise<RawSocket> {
  const socket = await rawSocket(url);
  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } });
  await socket.message('connection_ack');
  return socket;
}
