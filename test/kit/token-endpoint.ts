import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What arrived at a token endpoint. */
export interface TokenRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A token endpoint that answers whatever a test wants, good or bad. */
export interface TokenEndpoint {
  readonly url: string;
  readonly requests: TokenRequest[];
  answer: (request: TokenRequest, response: ServerResponse) => void | Promise<void>;
  close(): Promise<void>;
}

export async function startTokenEndpoint(answer: TokenEndpoint['answer']): Promise<TokenEndpoint> {
  const requests: TokenRequest[] = [];
  const server = createServer((message, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of message) parts.push(part as Buffer);
      const { pathname: path, searchParams: query } = new URL(message.url ?? '/', 'http://endpoint');
      const request = { path, query, headers: message.headers, body: Buffer.concat(parts).toString() };
      requests.push(request);
      await endpoint.answer(request, response);
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint: TokenEndpoint = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ requests, answer },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return endpoint;
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
