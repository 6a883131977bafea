import { once } from 'node:events';
import type { Server } from 'node:http';
import { StartupProblem } from '../core/startup-problem.js';

/** How long those who are being answered may take when the process ends. */
export const patienceMs = 5_000;

/** @throws StartupProblem when the port cannot be had. */
export async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StartupProblem(`Port ${port} is taken: end what listens there, or choose another with PORT.`);
    if (code === 'EACCES')
      throw new StartupProblem(`Port ${port} may not be opened by this user: choose one above 1023 with PORT.`);
    throw new StartupProblem(`The hub cannot listen on ${host}:${port} (${code ?? message}): check HOST and PORT.`);
  }
}

/** Lets requests in flight end, for 5 seconds. */
export async function stop(server: Server): Promise<void> {
  const done = new Promise(resolve => server.close(resolve));
  // Connections that are kept alive would be waited for; each is closed once its request has been answered.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const late = setTimeout(() => server.closeAllConnections(), patienceMs);
  await done;
  clearInterval(idle);
  clearTimeout(late);
}

/** An address that listens everywhere is reached by name. */
export function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
