import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Person } from '#connector';
import type { Promised } from './grants.js';
import { consentPage, refusalPage, sendPage } from './pages.js';
import { readForm } from './parameters.js';
import type { OAuthSide } from './side.js';

/** An app's request that waits for somebody to say yes or no. */
interface Waiting extends Omit<Promised, 'account' | 'person' | 'redirectUri'> {
  readonly redirectUri: string;
  readonly state: string | undefined;
}

type Answer = (message: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers at the authorize path: GET shows the page, POST takes the decision. */
export function openAuthorize(side: OAuthSide): Answer {
  const waiting = new Map<string, Waiting>();
  return async (message, response) => {
    if (message.method === 'POST') return decide(side, waiting, { form: await readForm(message), response });
    const asked = new URL(message.url ?? '/', 'http://sandbox').searchParams;
    const clientId = asked.get('client_id') ?? '';
    const redirectUri = asked.get('redirect_uri') ?? '';
    if (!side.clients.has(clientId)) return sendPage(response, 400, refusalPage('No app has this client_id.'));
    if (!side.redirectUris.has(redirectUri)) {
      return sendPage(response, 400, refusalPage('This redirect_uri is not registered for the app.'));
    }
    const back: Way = { redirectUri, state: asked.get('state') ?? undefined };
    const read = readAsked(side, asked);
    if ('error' in read) return leadBack(side, response, back, { error: read.error, error_description: read.why });
    const request = randomBytes(12).toString('base64url');
    waiting.set(request, { clientId, ...back, ...read });
    sendPage(response, 200, pageOf(side, request, { clientId, ...read }));
  };
}

type Read = Pick<Waiting, 'scopes' | 'challenge'> | { readonly error: string; readonly why: string };

function readAsked({ definition: { authorize, scopes: all } }: OAuthSide, asked: URLSearchParams): Read {
  if (asked.get('response_type') !== 'code') {
    return { error: 'unsupported_response_type', why: 'response_type must be code' };
  }
  const scopes = authorize.ignoresScope ? [] : (asked.get('scope') ?? '').split(' ').filter(Boolean);
  const strange = scopes.find(scope => !all.includes(scope));
  if (strange !== undefined) return { error: 'invalid_scope', why: `The app may not ask for ${strange}` };
  const granted = { scopes: scopes.length > 0 ? scopes : all };
  const value = asked.get('code_challenge');
  if (authorize.pkce === 'ignored') return { ...granted, challenge: undefined };
  if (value === null) {
    if (authorize.pkce.required) return { error: 'invalid_request', why: 'code_challenge is missing' };
    return { ...granted, challenge: undefined };
  }
  const named = asked.get('code_challenge_method') ?? 'plain';
  const method = authorize.pkce.methods.find(known => known === named);
  if (method === undefined) return { error: 'invalid_request', why: 'code_challenge_method is not supported' };
  return { ...granted, challenge: { value, method } };
}

interface Decision {
  readonly form: URLSearchParams;
  readonly response: ServerResponse;
}

function decide(side: OAuthSide, waiting: Map<string, Waiting>, { form, response }: Decision): void {
  const request = form.get('request') ?? '';
  const asked = waiting.get(request);
  if (!asked)
    return sendPage(response, 400, refusalPage('This page has been answered before. Begin again at the app.'));
  const account = (form.get('account') ?? '').trim();
  const person: Person = form.get('person') === 'user' ? 'user' : 'admin';
  const scopes = asked.scopes.filter(scope => form.getAll('scope').includes(scope));
  const denied = form.get('decision') !== 'allow' || (asked.scopes.length > 0 && scopes.length === 0);
  if (!denied && person === 'user' && side.definition.consentBy === 'admin') {
    const complaint = 'Only a technical administrator can let an app in.';
    return sendPage(response, 403, pageOf(side, request, { ...asked, complaint }));
  }
  if (!denied && !/^[\w][\w .-]{0,59}$/.test(account)) {
    return sendPage(response, 400, pageOf(side, request, { ...asked, complaint: 'There is no such account.' }));
  }
  waiting.delete(request);
  if (denied) return leadBack(side, response, asked, { error: 'access_denied' });
  const { state: _, ...facts } = asked;
  leadBack(side, response, asked, { code: side.grants.promise({ ...facts, account, person, scopes }) });
}

type PageFacts = Pick<Waiting, 'clientId' | 'scopes'> & { readonly complaint?: string };

function pageOf(
  { definition, account }: OAuthSide,
  request: string,
  { clientId, scopes, complaint }: PageFacts,
): string {
  return consentPage({ request, action: definition.authorize.path, account, client: clientId, scopes, complaint });
}

type Way = Pick<Waiting, 'redirectUri' | 'state'>;

/** Back to the app, with its state as it came, unless a fault changes what is said. */
function leadBack(
  { faults }: OAuthSide,
  response: ServerResponse,
  { redirectUri, state }: Way,
  said: Readonly<Record<string, string>>,
): void {
  const address = new URL(redirectUri);
  for (const [name, value] of Object.entries({ ...said, state, ...faults.callback })) {
    if (value !== null && value !== undefined) address.searchParams.set(name, value);
  }
  response.writeHead(302, { location: address.href, 'cache-control': 'no-store' }).end();
}
