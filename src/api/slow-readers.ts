import type { WebSocket } from 'ws';
import type { Log } from '../core/ports.js';

const tooMuchBytes = 1024 * 1024;
const patienceMs = 10_000;

/** Cuts sockets off whose reader has left more than 1 MB lying for 10 seconds. To be called every second or so. */
export function slowReaders(log: Log): (socket: WebSocket) => void {
  const since = new WeakMap<WebSocket, number>();
  return socket => {
    if (socket.bufferedAmount <= tooMuchBytes) return void since.delete(socket);
    const first = since.get(socket);
    if (first === undefined) return void since.set(socket, performance.now());
    if (performance.now() - first < patienceMs) return;
    log.info('A socket was cut off: its reader is too slow.', { bytes: socket.bufferedAmount });
    // A parting word would lie behind all the rest.
    socket.terminate();
  };
}
