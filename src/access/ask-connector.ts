import type { Account, Connector, Window } from '#connector';
import { changed, countsOf, fetchPage, type makeAsk } from '../engine/index.js';

type Asker = ReturnType<typeof makeAsk>;

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

/** Whether the window shows any call: by the platform's count, or where it cannot count by the first page of its listing. */
export async function seesCalls(connector: Connector, asker: Asker, window: Window): Promise<boolean> {
  const counts: (number | undefined)[] = [];
  for await (const count of countsOf(connector, asker, 'check', window)) {
    if (count !== undefined && count > 0) return true;
    counts.push(count);
  }
  if (counts.length > 0 && !counts.includes(undefined)) return false;
  const page = await fetchPage(connector, asker, window, { withTranscripts: false, withDetails: false });
  return page.calls.length + page.unusable.length + page.outside > 0 || page.next !== undefined;
}

/** The id goes into keys as it is; the name is only shown. */
function storable(account: Account): Account {
  const { id = 'of its own', name } = account;
  if (id === '' || id.length > 200 || id.includes('\0') || !id.isWellFormed())
    throw new Error('The id of the account is empty, longer than 200 characters or no text.');
  return { ...account, name: name.slice(0, 200).replaceAll('\0', '').toWellFormed() };
}
