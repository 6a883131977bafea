import { PlatformError } from '../../core/errors.js';
import type { OAuthOutcome } from '../../core/ports.js';
import { nonsense, readError } from './read-reply.js';

/** A reply that the library, or we, would not take. */
export interface Refused {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** The connection was never there, so the platform saw nothing. */
const unsent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT/;

/** What a failed exchange means. The texts say nothing of what was sent or answered. */
export function readFailure(error: unknown, now: Date): OAuthOutcome {
  const reply = refusedBy(error);
  // A good status whose body was cut off, or took too long, is no reply.
  if (reply === undefined || (reply.status < 400 && !isUnreadable(error))) return withoutReply(error);
  return readRefusal(reply, now);
}

function isUnreadable(error: unknown): boolean {
  return error instanceof Error && /JSON|maximum allowed|forbidden prototype/.test(error.message);
}

export function readRefusal({ status, headers, body }: Refused, now: Date): OAuthOutcome {
  if (status === 429 || status >= 500) {
    const said = [headers['retry-after']].flat()[0];
    return {
      ...{ kind: 'transient', reason: `The token endpoint answered ${status}.`, mayHaveActed: status !== 429 },
      retryAt: retryAt(said, now),
    };
  }
  if (status < 400) return nonsense('The token endpoint answered something that cannot be read.');
  const reason = `The token endpoint answered ${status} without saying why.`;
  return readError(body) ?? { kind: 'nonsense', reason, mayHaveActed: false };
}

/** The library's errors are made by Boom, with what came back in their data. */
function refusedBy(error: unknown): Refused | undefined {
  const { data } = (error ?? {}) as { data?: { payload?: unknown; res?: { statusCode?: number; headers?: object } } };
  const { statusCode, headers = {} } = data?.res ?? {};
  return statusCode === undefined
    ? undefined
    : { status: statusCode, headers: headers as Refused['headers'], body: data?.payload };
}

function withoutReply(error: unknown): OAuthOutcome {
  for (const cause of causesOf(error)) {
    if (cause instanceof PlatformError && cause.code === 'EGRESS_REFUSED')
      return { kind: 'misconfigured', reason: cause.message };
    const code = 'code' in cause ? String(cause.code) : '';
    if (unsent.test(code))
      return { kind: 'transient', reason: `The token endpoint cannot be reached (${code}).`, mayHaveActed: false };
  }
  if (error instanceof TypeError || (error instanceof Error && error.message.includes('without a token')))
    return nonsense('The token endpoint answered something other than JSON.');
  return { kind: 'transient', reason: 'The token endpoint gave no answer.', mayHaveActed: true };
}

/** Boom keeps the reason in `data`, others in `cause`; a try at several addresses in `errors`. */
function causesOf(error: unknown, depth = 0): Error[] {
  if (!(error instanceof Error) || depth > 4) return [];
  const { data, cause, errors } = error as { data?: unknown; cause?: unknown; errors?: readonly unknown[] };
  return [error, ...[data, cause, ...(errors ?? [])].flatMap(each => causesOf(each, depth + 1))];
}

function retryAt(header: string | undefined, now: Date): Date | undefined {
  if (header === undefined) return undefined;
  const waitMs = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now.getTime();
  if (Number.isNaN(waitMs)) return undefined;
  return new Date(now.getTime() + Math.min(86_400_000, Math.max(1_000, waitMs)));
}
