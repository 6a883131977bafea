import type { makeServer } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Log } from '../core/ports.js';

type Link = Parameters<ReturnType<typeof makeServer>['opened']>[0];

/** What the GraphQL protocol needs of a socket. @param isHeard whether the next message is listened to. */
export function linkTo(socket: WebSocket, log: Log, isHeard: () => boolean): Link {
  return {
    protocol: socket.protocol,
    // Waits until the client's side has taken it, so that a slow reader is not buffered without end.
    send: data =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return resolve();
        socket.send(data, error => (error == null ? resolve() : reject(error)));
      }),
    close: (code, reason) => socket.close(code, reason),
    onMessage: handle =>
      socket.on('message', data => {
        if (!isHeard()) return;
        handle(String(data)).catch((error: unknown) => {
          if (socket.readyState !== socket.OPEN) return;
          log.error('A message on a socket could not be handled.', { error });
          socket.close(4500, 'Internal server error');
        });
      }),
  };
}

/** Pings a socket; hangs up on one that did not answer the ping before. */
export function pinger(): (socket: WebSocket) => void {
  const silent = new WeakSet<WebSocket>();
  return socket => {
    if (silent.has(socket)) return socket.terminate();
    silent.add(socket);
    socket.once('pong', () => silent.delete(socket));
    socket.ping();
  };
}
