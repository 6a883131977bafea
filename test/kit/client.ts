import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly remedy?: string; readonly field?: string };
}
// biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
type Data = any;
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Data;
  readonly errors?: readonly GraphqlError[];
}

/** One GraphQL request over HTTP. `key` undefined sends none. */
export async function graphql(
  url: string,
  key: string | undefined,
  query: string,
  variables: object = {},
): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as Pick<Answer, 'data' | 'errors'>;
  return { status: response.status, headers: response.headers, ...answer };
}

/** The data of a request that must succeed. */
export async function ask(url: string, key: string | undefined, query: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await graphql(url, key, query, variables);
  if (errors !== undefined) throw new Error(`The hub answered: ${JSON.stringify(errors)}`);
  return data;
}

/** The first error of a request that must fail. */
export async function refusedWith(
  url: string,
  key: string | undefined,
  query: string,
  variables: object = {},
): Promise<GraphqlError & { readonly status: number }> {
  const { errors, status } = await graphql(url, key, query, variables);
  const [error] = errors ?? [];
  if (error === undefined) throw new Error('The hub answered without an error.');
  return { ...error, status };
}

/**
 * A subscription over a socket of its own. Ends when the hub completes it, or when the loop is left.
 * A close by the hub is thrown: `{ code, reason }`.
 */
export async function* subscribe(
  url: string,
  key: string | undefined,
  query: string,
  variables: Record<string, unknown> = {},
): AsyncGenerator<Pick<Answer, 'data' | 'errors'>> {
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: key === undefined ? {} : { authorization: `Bearer ${key}` },
  });
  try {
    yield* client.iterate({ query, variables }) as AsyncIterable<Pick<Answer, 'data' | 'errors'>>;
  } finally {
    await client.dispose();
  }
}
