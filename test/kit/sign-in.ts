import { randomBytes } from 'node:crypto';
import type { TestHub } from './hub.js';
import type { TokenGong } from './token-gong.js';

export const newBrowser = (): string => randomBytes(32).toString('base64url');

export interface SignIn {
  readonly sessionId: string;
  readonly browser: string;
  readonly state: string;
  readonly url: URL;
}

type Hub = Pick<TestHub, 'ask' | 'url'>;

export async function newCustomer(hub: Pick<TestHub, 'ask'>, name = 'Acme'): Promise<string> {
  return (await hub.ask('mutation ($name: String!) { createCustomer(input: { name: $name }) { id } }', { name }))
    .createCustomer.id;
}

export async function beginSignIn(
  hub: Pick<TestHub, 'ask'>,
  customerId: string,
  more: { readonly connectionId?: string; readonly browser?: string; readonly platform?: string } = {},
): Promise<SignIn> {
  const { browser = newBrowser(), ...rest } = more;
  const { beginSignIn: begun } = await hub.ask(
    `mutation ($customerId: ID!, $browser: String!, $connectionId: ID, $platform: ID) {
      beginSignIn(customerId: $customerId, browser: $browser, connectionId: $connectionId, platform: $platform)
    }`,
    { customerId, browser, ...rest },
  );
  const url = new URL(begun[1]);
  return { sessionId: begun[0], browser, url, state: url.searchParams.get('state') ?? '' };
}

/** What a browser does that comes back from the platform. */
export async function comeBack(
  hub: Pick<TestHub, 'url'>,
  query: string | URLSearchParams | Record<string, string>,
  { browser, path = 'gong', cookie = 'patchbay-connect' }: { browser?: string; path?: string; cookie?: string } = {},
): Promise<Response> {
  const headers: Record<string, string> = browser === undefined ? {} : { cookie: `${cookie}=${browser}` };
  return fetch(`${hub.url}/oauth/callback/${path}?${new URLSearchParams(query)}`, { redirect: 'manual', headers });
}

// biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
export async function signInOf(hub: Pick<TestHub, 'ask'>, browser: string): Promise<any> {
  return JSON.parse((await hub.ask('query ($b: String!) { signIn(browser: $b) }', { b: browser })).signIn);
}

export async function confirmSignIn(hub: Pick<TestHub, 'ask'>, { sessionId, browser }: SignIn): Promise<string> {
  const document = 'mutation ($s: ID!, $b: String!) { confirmSignIn(sessionId: $s, browser: $b) }';
  return (await hub.ask(document, { s: sessionId, b: browser })).confirmSignIn;
}

/** The whole way: consent, callback, confirmation. */
export async function connectBySignIn(
  hub: Hub,
  gong: TokenGong,
  { customerId, account, connectionId }: { customerId?: string; account?: string; connectionId?: string } = {},
): Promise<{ readonly customerId: string; readonly connectionId: string }> {
  const owner = customerId ?? (await newCustomer(hub));
  const begun = await beginSignIn(hub, owner, connectionId === undefined ? {} : { connectionId });
  await comeBack(hub, { state: begun.state, code: gong.code(account) }, begun);
  return { customerId: owner, connectionId: await confirmSignIn(hub, begun) };
}
