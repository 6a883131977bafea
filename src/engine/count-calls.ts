import type { Connector, Purpose, Window } from '#connector';
import { PlatformError } from '../core/errors.js';
import type { Asker } from './ask.js';
import { planSlices } from './plan-slices.js';
import { believable } from './read-page.js';

/**
 * How many calls the platform counts in a window; undefined when it cannot count.
 *
 * @throws PlatformError PLATFORM_CHANGED when the connector makes nothing of a reply; what sending throws stays as it is.
 */
export async function countCalls(
  connector: Connector,
  asker: Pick<Asker, 'as'>,
  purpose: Purpose,
  window: Window,
): Promise<number | undefined> {
  let sum: number | undefined;
  for await (const count of countsOf(connector, asker, purpose, window)) {
    if (count === undefined) return undefined;
    sum = (sum ?? 0) + count;
  }
  return believable(sum);
}

/** The counts that it takes, newest first: a window may be longer than one listing accepts, and a listing have parts. */
export async function* countsOf(
  { preview, calls }: Connector,
  asker: Pick<Asker, 'as'>,
  purpose: Purpose,
  window: Window,
): AsyncGenerator<number | undefined> {
  if (preview === undefined) return;
  const { send } = asker.as(purpose);
  for (const slice of planSlices(window, { maxWindowDays: calls.maxWindowDays })) {
    for (const part of calls.parts ?? [undefined]) {
      const reply = await send(preview.request({ ...slice, ...(part !== undefined && { part }) }));
      yield reply === undefined ? 0 : countIn(preview, reply);
    }
  }
}

function countIn({ count }: NonNullable<Connector['preview']>, reply: unknown): number | undefined {
  try {
    return believable(count(reply));
  } catch (error) {
    throw changed(error);
  }
}

/** What to say when a connector makes nothing of a reply. */
export function changed(cause: unknown): PlatformError {
  // Mappers name fields and never quote values, so their words may be shown.
  const message = cause instanceof Error ? cause.message.slice(0, 300) : 'The reply is not what it used to be.';
  return new PlatformError('PLATFORM_CHANGED', 'stop', message, {
    remedy: 'The platform seems to have changed its interface; a newer version of this hub may know the change.',
    cause,
  });
}
