import type { ServerResponse } from 'node:http';
import { CallerError } from '../core/errors.js';
import { isUnavailable } from '../core/unavailable.js';
import type { House } from '../scope.js';
import { retryAfterSeconds, unavailable } from './format-error.js';
import { bodyLimit } from './json-body.js';
import { secondsToWait } from './limits/rates.js';
import type { Rooms } from './scope-for.js';

type Refusal = Pick<CallerError, 'message' | 'code' | 'remedy'>;

/**
 * What went wrong before GraphQL: mostly a body that cannot be read. Its text is neither repeated nor
 * logged, since it may hold secrets; the parser's own error would quote it.
 *
 * @param apiKeyId of whoever asked, when that is known.
 */
export async function refuse(
  { house, rates }: Pick<Rooms, 'house' | 'rates'>,
  response: ServerResponse,
  error: unknown,
  apiKeyId?: string,
): Promise<void> {
  if (isUnavailable(error)) {
    response.setHeader('retry-after', retryAfterSeconds);
    return answer(house, response, 503, unavailable());
  }
  if (error instanceof CallerError) return turnAway({ house, rates }, response, error);
  const { status: given, type } = error as { status?: unknown; type?: unknown };
  const status = typeof given === 'number' && given < 500 ? given : 500;
  if (status === 500) house.log.error('A request failed before GraphQL.', { error });
  if (status < 500) rates.misused(apiKeyId);
  answer(house, response, status, status === 500 ? fault : unreadable(type));
}

async function turnAway(
  { house, rates }: Pick<Rooms, 'house' | 'rates'>,
  response: ServerResponse,
  error: CallerError,
): Promise<void> {
  const wait = secondsToWait(error);
  if (wait === undefined) {
    response.setHeader('www-authenticate', 'Bearer');
    return answer(house, response, 401, error);
  }
  await rates.hold();
  response.setHeader('retry-after', String(wait));
  answer(house, response, 429, error);
}

const fault: Refusal = { code: 'INTERNAL', message: 'Something went wrong on our side.', remedy: 'Try again.' };

function unreadable(type: unknown): CallerError {
  if (type === 'entity.too.large') {
    const remedy = 'Send less at once: fewer or shorter values, or several requests.';
    return new CallerError('INVALID_INPUT', `The body is larger than ${bodyLimit}.`, { remedy });
  }
  const remedy = 'Send JSON in UTF-8 with `content-type: application/json`.';
  return new CallerError('INVALID_INPUT', 'The body cannot be read as JSON.', { remedy });
}

/** One error in the form of GraphQL's. */
export function answer(
  { metrics }: House,
  response: ServerResponse,
  status: number,
  { message, code, remedy }: Refusal,
): void {
  metrics.count('patchbay_refusals_total', { code });
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify({ errors: [{ message, extensions: { code, remedy } }] });
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) })
    .end(body);
}
