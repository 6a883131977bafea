import { Socket } from 'node:net';

/**
 * A connection that is given up when nothing has passed for so long, in milliseconds.
 *
 * A line that was cut without a word, or a machine that went away, looks like a server that is thinking.
 * The server's own limit on a statement has to be shorter.
 */
export function wakefulSocket(silenceMs: number): Socket {
  const socket = new Socket();
  return socket.setTimeout(silenceMs, () =>
    socket.destroy(new Error(`Connection terminated: nothing was heard for ${silenceMs} ms.`)),
  );
}
