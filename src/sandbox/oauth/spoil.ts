import type { TokenFaultSet } from './token-faults.js';
import type { TokenReply } from './token-reply.js';

type Fields = Readonly<Record<string, unknown>>;

/** The answer that a fault puts in the place of the platform's own; undefined for other faults. */
export function replacementOf(set: TokenFaultSet): TokenReply | undefined {
  const { fault, seconds = 1 } = set;
  switch (fault) {
    case 'answer':
      return answerOf(set);
    case 'error500':
      return { status: 500, body: { error: 'server_error' } };
    case 'error503':
      return { status: 503, body: { error: 'temporarily_unavailable' } };
    case 'html':
      return { status: 502, ...page };
    case 'ok-html':
      return { status: 200, ...page };
    case 'bare400':
      return { status: 400, headers: { 'content-type': 'text/plain' }, body: Buffer.from('Bad Request') };
    case 'too-many':
      return { status: 429, headers: { 'retry-after': String(seconds) }, body: { error: 'rate_limited' } };
    case 'ok-error':
      return { status: 200, body: { ok: false, error: 'something went wrong' } };
    case 'invalid-client':
      return { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed' } };
    case 'invalid-grant':
      return { status: 400, body: { error: 'invalid_grant', error_description: 'The grant is not valid' } };
    case 'redirect':
      return { status: 302, headers: { location: '/elsewhere' }, body: Buffer.alloc(0) };
    case 'huge':
      return { status: 200, body: { access_token: 'x'.repeat(5_000_000), token_type: 'Bearer' } };
    default:
      return undefined;
  }
}

function answerOf({ status = 200, headers, body = {} }: TokenFaultSet): TokenReply {
  return { status, ...(headers && { headers }), body: typeof body === 'string' ? Buffer.from(body) : body };
}

const page = {
  headers: { 'content-type': 'text/html' },
  body: Buffer.from('<html><head><title>Maintenance</title></head><body>We will be back soon.</body></html>'),
};

/** A good answer as the fault leaves it. */
export function spoil(reply: TokenReply, { fault, fields = {} }: TokenFaultSet): TokenReply {
  if (reply.status !== 200 || Buffer.isBuffer(reply.body)) return reply;
  const good = reply.body as Fields;
  if (fault === 'no-json') return { ...reply, body: Buffer.from('{"access_token":') };
  if (fault === 'form') return formOf(good);
  const change = fault === 'changed' ? fields : changes[fault];
  return { ...reply, body: changed(good, typeof change === 'function' ? change(good) : (change ?? {})) };
}

/** What a fault sets in a good answer; null takes the field out. */
const changes: Readonly<Record<string, (good: Fields) => Fields>> = {
  'expires-text': good => ({ expires_in: String(good.expires_in) }),
  'expires-zero': () => ({ expires_in: 0 }),
  'expires-absent': () => ({ expires_in: null }),
  'no-refresh-token': () => ({ refresh_token: null }),
  'wrong-token-type': () => ({ token_type: 'mac' }),
  'no-access-token': () => ({ access_token: null }),
};

function changed(good: Fields, fields: Fields): Fields {
  return Object.fromEntries(Object.entries({ ...good, ...fields }).filter(([, value]) => value !== null));
}

function formOf(good: Fields): TokenReply {
  const texts = Object.entries(good).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    status: 200,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams(texts).toString()),
  };
}
