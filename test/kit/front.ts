import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** One address before processes that come and go, as a load balancer is. */
export interface Front {
  readonly url: string;
  /** Where requests go from now on. */
  to(url: string): void;
  close(): Promise<void>;
}

/** Whoever asks while the process behind it ends gets a 502. */
export async function openFront(): Promise<Front> {
  let target = '';
  const server = createServer((message, response) => {
    const { method, headers, url } = message;
    const onward = request(`${target}${url}`, { method, headers, agent: false });
    onward.once('response', reply => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      pipeline(reply, response, () => undefined);
    });
    onward.once('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    message.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    to(url) {
      target = url;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
