import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Request } from 'express';
import { LinkEnded } from '../../access/index.js';
import { isUnavailable } from '../../core/unavailable.js';
import { secondsToWait } from '../limits/rates.js';
import type { Rooms } from '../scope-for.js';
import { pageFor } from './page-for.js';
import { brokenPage, notValidPage, tooOftenPage } from './other-pages.js';

/** What went wrong, as a page: whoever gets here is a person in a browser. */
export function troubled(rooms: Rooms): ErrorRequestHandler {
  const { house } = rooms;
  return (thrown: { status?: unknown }, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const { operatorName: operator, log } = house;
    const texts = pageFor(request);
    const error = thrown instanceof LinkEnded ? (refusalOfGuess(rooms, request) ?? thrown) : thrown;
    if (error instanceof LinkEnded)
      return void response.status(404).type('text/html').send(notValidPage(texts, operator));
    const wait = secondsToWait(error);
    if (wait !== undefined) {
      log.warn('Somebody asks for the connect page too often.', { waitSeconds: wait });
      response.set('retry-after', String(wait));
      return void response.status(429).type('text/html').send(tooOftenPage(texts, operator));
    }
    // A form that is not one of ours.
    if (typeof error.status === 'number' && error.status < 500) return void response.redirect(303, '/connect');
    if (isUnavailable(error)) return void response.status(503).type('text/html').send(brokenPage(texts, operator));
    const reference = randomUUID();
    log.error('The connect page failed by a fault of ours.', { reference, error });
    response
      .status(500)
      .type('text/html')
      .send(brokenPage(texts, operator, reference));
  };
}

/** Guessing is made slow, and never worth it. */
function refusalOfGuess({ rates, addressOf }: Rooms, request: Request): { status?: unknown } | undefined {
  try {
    rates.guesses(addressOf(request));
    return undefined;
  } catch (error) {
    return error as { status?: unknown };
  }
}
