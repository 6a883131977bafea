import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** A whole answer as it came, to the byte. */
export interface RawAnswer {
  readonly text: string;
  readonly data: unknown;
  readonly codes: readonly string[];
}

/** A subscription that has said nothing after so many provocations says nothing. */
const patience = 20;

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

export async function askOverHttp(
  url: string,
  key: string | undefined,
  query: string,
  variables: object,
): Promise<RawAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const body = await response.text();
  const headers = [...response.headers].filter(([name]) => !['date', 'content-length'].includes(name));
  return answerOf([`${response.status} ${JSON.stringify(headers)}`], [JSON.parse(body) as Body], body);
}

/**
 * Everything a socket says about one subscription, until it is complete.
 *
 * @param provoke makes news that a leaking subscription would pass on; called while nothing has been said.
 */
export async function askOverSocket(
  url: string,
  key: string | undefined,
  query: string,
  variables: Record<string, unknown>,
  provoke: () => Promise<unknown>,
): Promise<RawAnswer> {
  const frames: string[] = [];
  const results: Body[] = [];
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: key === undefined ? {} : { authorization: `Bearer ${key}` },
    generateID: () => 'one',
    on: { message: message => frames.push(JSON.stringify(message)) },
  });
  let over = false;
  const ended = new Promise<void>(resolve => {
    const end = (): void => {
      over = true;
      resolve();
    };
    client.subscribe(
      { query, variables },
      {
        next: result => {
          results.push(result);
        },
        error: error => {
          if (Array.isArray(error)) results.push({ errors: error as NonNullable<Body['errors']> });
          else results.push(closed(error as CloseEvent, frames));
          end();
        },
        complete: end,
      },
    );
  });
  for (let round = 0; !over && round < patience; round++) {
    await provoke();
    await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 50))]);
  }
  if (!over) frames.push('silence');
  await client.dispose();
  return answerOf(frames, results, '');
}

interface CloseEvent {
  readonly code?: number;
  readonly reason?: string;
}

function closed({ code, reason }: CloseEvent, frames: string[]): Body {
  frames.push(`closed ${code} ${reason}`);
  return { errors: [{ extensions: { code: code === 4401 ? 'UNAUTHENTICATED' : 'CLOSED' } }] };
}

function answerOf(frames: readonly string[], results: readonly Body[], body: string): RawAnswer {
  return {
    text: [...frames, body].join('\n'),
    data: results.map(({ data }) => data),
    codes: results.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions?.code ?? '')),
  };
}
