import { dice, type SimulatedReply, type SimulatedRequest } from '#connector';
import type { Account } from './account.js';
import { platform, recordItem } from './item.js';
import { invalid } from './reply.js';

const mostPerPage = 1_000;
/** Beyond this, the platform does not count: totals are left out. */
const countedAtMost = 2_000;

type Check = (value: string) => boolean;
const isTime: Check = value => /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) && !Number.isNaN(Date.parse(value));
const isNumber: Check = value => /^[1-9]\d*$/.test(value);
const isText: Check = value => value !== '';
const isFlag = oneOf('true', 'false');

/** All that the call log may be asked, and what it takes for an answer. */
const parameters: Readonly<Record<string, Check>> = {
  view: oneOf('Simple', 'Detailed'),
  type: oneOf('Voice', 'Fax'),
  direction: oneOf('Inbound', 'Outbound'),
  recordingType: oneOf('Automatic', 'OnDemand', 'All'),
  ...{ withRecording: isFlag, showDeleted: isFlag },
  ...{ dateFrom: isTime, dateTo: isTime },
  perPage: value => value === 'max' || isNumber(value),
  page: isNumber,
  ...{ extensionNumber: isText, phoneNumber: isText, sessionId: isText, telephonySessionId: isText },
  metadataCategory: isText,
};
const repeatable = ['type', 'direction', 'metadataCategory'];

function oneOf(...words: readonly string[]): Check {
  return value => words.includes(value);
}

/** One page of the company's call log, the latest first. */
export function listCalls(account: Account, { path, query }: SimulatedRequest, revealed: boolean): SimulatedReply {
  const wrong = [...query].find(
    ([name, value]) =>
      parameters[name]?.(value) !== true || (query.getAll(name).length > 1 && !repeatable.includes(name)),
  );
  if (wrong !== undefined) return invalid('list', ...wrong);
  const asked = query.get('perPage') ?? '100';
  const perPage = Math.min(mostPerPage, asked === 'max' ? mostPerPage : Number(asked));
  const served = Math.min(perPage, account.options.recordsPerPage ?? perPage);
  const page = Number(query.get('page') ?? 1);
  const rows = rowsOf(account, query, revealed);
  const positions = rows.slice((page - 1) * served, page * served);
  const pages = Math.ceil(rows.length / served);
  const start = (page - 1) * served;
  const isCounted = rows.length <= countedAtMost && !account.isOdd('no-totals');
  const isStuck = account.isOdd('stuck-cursor');
  const to = (number: number) => ({ uri: addressOf(path, query, { page: number, perPage }, account) });
  return {
    status: 200,
    kind: 'list',
    body: {
      uri: addressOf(path, query, { page, perPage }, account),
      records: positions.map(position => recordItem(account, position, query.get('view') === 'Detailed')),
      paging: {
        perPage,
        ...(positions.length > 0 && { page, pageStart: start, pageEnd: start + positions.length - 1 }),
        ...(isCounted && { totalPages: pages, totalElements: rows.length }),
      },
      navigation: {
        firstPage: to(1),
        ...((isStuck || page < pages) && { nextPage: to(isStuck ? 2 : page + 1) }),
        ...(page > 1 && { previousPage: to(page - 1) }),
        ...(isCounted && pages > 0 && { lastPage: to(pages) }),
      },
    },
    served: positions.map(account.idOf),
  };
}

/** Addresses name the account, and what was asked or is taken for asked. */
function addressOf(
  path: string,
  query: URLSearchParams,
  paging: { readonly page: number; readonly perPage: number },
  { id }: Account,
): string {
  const url = new URL(path.replace('/~/', `/${id}/`), platform);
  for (const [name, value] of query) if (!(name in paging)) url.searchParams.append(name, value);
  for (const [name, value] of Object.entries(paging)) url.searchParams.append(name, String(value));
  return url.href;
}

const dayMs = 86_400_000;

/** As they stand at this moment: a call that shows up late moves all behind it. Both bounds belong to the window. */
function rowsOf(account: Account, query: URLSearchParams, revealed: boolean): readonly number[] {
  const { seed, options, startOf } = account;
  const { duplicates = 0, disorder = 0 } = options;
  // All of our calls are Voice.
  if (query.has('type') && !query.getAll('type').includes('Voice')) return [];
  const to = Date.parse(query.get('dateTo') ?? options.to);
  const from = query.has('dateFrom') ? Date.parse(query.get('dateFrom') ?? '') : to - dayMs;
  const rows = account
    .visible(revealed)
    .filter(position => startOf(position) >= from && startOf(position) <= to)
    .map(position => ({ position, place: -position + (dice(seed, position, 30) % (disorder + 1)) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ position }) => position);
  return [...rows, ...rows.filter(position => dice(seed, position, 31) % 1_000 < duplicates * 1_000)];
}
