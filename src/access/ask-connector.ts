import type { Account, Connector, Window } from '#connector';
import { PlatformError } from '../core/errors.js';
import { believable, fetchPage, type makeAsk } from '../engine/index.js';

type Asker = ReturnType<typeof makeAsk>;
type Purpose = Parameters<Asker['as']>[0];

/**
 * Who the credential belongs to.
 *
 * @throws PlatformError PLATFORM_CHANGED when the connector makes nothing of the replies; what sending throws stays as it is.
 */
export async function checkAccount(connector: Connector, asker: Asker): Promise<Account> {
  const { settings, send } = asker.as('check');
  let refusal: unknown;
  const ask = {
    settings,
    send: (request: Parameters<typeof send>[0]) =>
      send(request).catch((error: unknown) => {
        refusal = error;
        throw error;
      }),
  };
  try {
    return storable(await connector.check(ask));
  } catch (error) {
    throw error === refusal ? error : changed(error);
  }
}

/**
 * How many calls the platform counts in a window; undefined when it cannot count.
 *
 * @throws PlatformError PLATFORM_CHANGED when the connector makes nothing of the reply.
 */
export async function countCalls(
  { preview, calls }: Connector,
  asker: Asker,
  purpose: Purpose,
  window: Window,
): Promise<number | undefined> {
  if (preview === undefined) return undefined;
  let sum = 0;
  for (const part of calls.parts ?? [undefined]) {
    const reply = await asker.as(purpose).send(preview.request({ ...window, ...(part !== undefined && { part }) }));
    if (reply === undefined) continue;
    const count = countIn(preview, reply);
    if (count === undefined) return undefined;
    sum += count;
  }
  return believable(sum);
}

function countIn({ count }: NonNullable<Connector['preview']>, reply: unknown): number | undefined {
  try {
    return believable(count(reply));
  } catch (error) {
    throw changed(error);
  }
}

/** Whether the window shows any call: by the platform's count, or where it cannot count by the first page of its listing. */
export async function seesCalls(connector: Connector, asker: Asker, window: Window): Promise<boolean> {
  const count = await countCalls(connector, asker, 'check', window);
  if (count !== undefined) return count !== 0;
  const page = await fetchPage(connector, asker, window, { withTranscripts: false, withDetails: false });
  return page.calls.length + page.unusable.length + page.outside > 0 || page.next !== undefined;
}

/** The id goes into keys as it is; the name is only shown. */
function storable(account: Account): Account {
  const { id, name } = account;
  if (id === '' || id.length > 200 || id.includes('\0') || !id.isWellFormed())
    throw new Error('The id of the account is empty, longer than 200 characters or no text.');
  return { ...account, name: name.slice(0, 200).replaceAll('\0', '').toWellFormed() };
}

function changed(cause: unknown): PlatformError {
  // Mappers name fields and never quote values, so their words may be shown.
  const message = cause instanceof Error ? cause.message.slice(0, 300) : 'The reply is not what it used to be.';
  return new PlatformError('PLATFORM_CHANGED', 'stop', message, {
    remedy: 'The platform seems to have changed its interface; a newer version of this hub may know the change.',
    cause,
  });
}
