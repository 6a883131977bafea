import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** The hub as any outside program sees it: GraphQL over HTTP and WebSocket. */
export interface Client {
  ask<T>(document: string, variables?: Record<string, unknown>): Promise<T>;
  watch<T>(document: string, variables: Record<string, unknown>): AsyncIterable<T>;
  close(): void;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly remedy?: string } }[];
}

export function connect(url: string, apiKey: string): Client {
  const socket = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${apiKey}` },
  });
  return {
    async ask<T>(document: string, variables: Record<string, unknown> = {}): Promise<T> {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        body: JSON.stringify({ query: document, variables }),
      });
      return dataOf((await response.json()) as Answer) as T;
    },
    async *watch<T>(query: string, variables: Record<string, unknown>): AsyncGenerator<T> {
      for await (const answer of socket.iterate({ query, variables })) yield dataOf(answer) as T;
    },
    close: () => void socket.dispose(),
  };
}

function dataOf({ data, errors }: Answer): unknown {
  const [error] = errors ?? [];
  if (error === undefined) return data;
  throw new Error([error.message, error.extensions?.remedy].filter(Boolean).join(' '));
}
