import type { IncomingMessage } from 'node:http';

/**
 * Whether a page of this origin may open a socket. Programs send none; browsers always do, so a foreign web page
 * cannot connect in the name of whoever reads it.
 *
 * @param publicUrl where the hub is reached. Absent: at the port that it listens on, from this machine.
 */
export function isOurOrigin({ headers, socket }: IncomingMessage, publicUrl: string | undefined): boolean {
  const { origin } = headers;
  if (origin === undefined) return true;
  const ours =
    publicUrl === undefined
      ? ['localhost', '127.0.0.1', '[::1]'].map(host => `http://${host}:${socket.localPort}`)
      : [publicUrl];
  return ours.some(url => new URL(url).origin === origin);
}
