import { PlatformError } from '../../core/errors.js';
import { inert } from '../../core/inert.js';
import type { EgressReply } from '../../core/ports.js';
import type { Secret } from '../../core/secret.js';
import { traceparent } from '../../core/traces.js';
import { retryAfter } from '../../engine/index.js';
import type { House } from '../../scope.js';
import type { Message } from './message.js';
import { signedHeaders } from './sign.js';

/** `gone`: it wants no more, ever. `redirects` and `refused`: nothing comes of trying again before somebody mends the address. */
export type Kind = 'taken' | 'failed' | 'gone' | 'redirects' | 'refused';

export interface Outcome {
  readonly kind: Kind;
  readonly at: Date;
  readonly statusCode: number | null;
  readonly durationMs: number;
  /** For people; null when the message was taken. */
  readonly problem: string | null;
  /** Beginning of the answer, in a form that does nothing wherever it is shown. */
  readonly reply: string | null;
  /** The receiver asks not to be asked before. */
  readonly notBefore: Date | undefined;
}

/** Where a message goes, and by which secrets it is signed. */
export interface Addressee {
  readonly url: string;
  readonly secrets: readonly Secret<string>[];
  /** Whether it is a program of the house's own, which goes on with our traces. */
  readonly isOurs?: boolean;
}

const longestMs = 20_000;
const maxBytes = 1024 * 1024;
const shownCharacters = 1_000;

/** For whoever waits for the outcome: less than an operation may last, so that it can go on with it. */
export const testMs = 7_000;

/** Posts a message once. Never fails: what goes wrong on the way is an outcome. */
export async function postMessage(
  { endpointEgress, clock }: Pick<House, 'endpointEgress' | 'clock'>,
  { url, secrets, isOurs = false }: Addressee,
  message: Message,
  signal: AbortSignal,
  timeoutMs = longestMs,
): Promise<Outcome> {
  const at = clock.now();
  const startedAt = performance.now();
  const judged = (judgement: Omit<Outcome, 'at' | 'durationMs'>): Outcome => ({
    ...judgement,
    at,
    durationMs: Math.round(performance.now() - startedAt),
  });
  try {
    const parent = isOurs ? traceparent() : undefined;
    const headers = { ...signedHeaders(message, secrets, at), ...(parent !== undefined && { traceparent: parent }) };
    const reply = await endpointEgress.request({
      ...{ url, method: 'POST', headers, body: message.body, signal, timeoutMs, maxBytes },
    });
    return judged(judgeReply(reply, clock.now()));
  } catch (error) {
    const refused = error instanceof PlatformError && error.code === 'EGRESS_REFUSED';
    const problem = error instanceof PlatformError ? error.message : 'The message could not be sent.';
    const none = { statusCode: null, reply: null, notBefore: undefined };
    return judged({ kind: refused ? 'refused' : 'failed', problem, ...none });
  }
}

function judgeReply({ status, headers, bytes }: EgressReply, now: Date): Omit<Outcome, 'at' | 'durationMs'> {
  const reply =
    bytes.length === 0 ? null : inert(bytes.subarray(0, 4 * shownCharacters).toString()).slice(0, shownCharacters);
  const said = { statusCode: status, reply, notBefore: undefined };
  if (status >= 200 && status < 300) return { kind: 'taken', problem: null, ...said };
  if (status >= 300 && status < 400) {
    const problem = `It answered ${status}, which sends us elsewhere. Redirects are not followed: enter the address itself.`;
    return { kind: 'redirects', problem, ...said };
  }
  if (status === 410) return { kind: 'gone', problem: 'It answered 410: it wants no more messages.', ...said };
  const notBefore = status === 429 || status === 503 ? retryAfter(headers['retry-after'], now) : undefined;
  return { kind: 'failed', problem: `It answered ${status}.`, ...said, notBefore };
}
