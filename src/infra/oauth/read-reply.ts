import type { OAuthGrant, OAuthOutcome } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';

const longestToken = 16_384;
/** Ten years; what lies beyond is no lifetime but a slip. */
const longestSeconds = 315_360_000;
const ourFault = new Set([
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'redirect_uri_mismatch',
]);

/** A parsed reply of a token endpoint that came with a good status. */
export function readReply(body: unknown): OAuthOutcome {
  if (!isRecord(body)) return nonsense('The token endpoint answered something other than JSON.');
  const refused = readError(body);
  if (refused !== undefined) return refused;
  const { access_token: access, refresh_token: refresh, token_type: type, ...reply } = body;
  if (!isToken(access)) return nonsense('The token endpoint answered without an access token.');
  if (type !== undefined && String(type).toLowerCase() !== 'bearer')
    return nonsense('The token endpoint answered a kind of token that nobody asked for.');
  if (refresh !== undefined && refresh !== null && refresh !== '' && !isToken(refresh))
    return nonsense('The token endpoint answered a refresh token that is none.');
  const granted: OAuthGrant = {
    accessToken: new Secret(access),
    refreshToken: isToken(refresh) ? new Secret(refresh) : undefined,
    accessSeconds: seconds(body['expires_in']),
    refreshSeconds: seconds(body['refresh_token_expires_in'] ?? body['refresh_expires_in']),
    scopes: typeof body['scope'] === 'string' ? body['scope'].split(/[\s,]+/).filter(part => part !== '') : undefined,
    reply,
  };
  return { kind: 'granted', ...granted };
}

/** What an error of the protocol means; undefined when the body holds none. Platforms send them with any status. */
export function readError(body: unknown): OAuthOutcome | undefined {
  const code = isRecord(body) ? body['error'] : undefined;
  if (typeof code !== 'string' || code === '') return undefined;
  const said = /^[\w.-]{1,60}$/.test(code) ? code : 'an unknown error';
  const reason = `The token endpoint answered ${said}.`;
  if (code === 'invalid_grant') return { kind: 'dead', reason };
  if (ourFault.has(code)) return { kind: 'misconfigured', reason };
  return { kind: 'transient', reason, said, mayHaveActed: false };
}

export function nonsense(reason: string): OAuthOutcome {
  return { kind: 'nonsense', reason, mayHaveActed: true };
}

/** Goes into a header as it is. */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestToken && /^[!-~]+$/.test(value);
}

function seconds(value: unknown): number | undefined {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof count !== 'number' || !(count > 0) || count > longestSeconds) return undefined;
  return Math.floor(count);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
