import { dice, digest, type SimulatedReply, type SimulatedRequest } from '#connector';
import type { Account } from './account.js';
import { rowOf } from './call.js';
import { type Refusal, refusal } from './refusal.js';

/** What changes in an account while it is open. */
export interface State {
  epoch: number;
  revealed: boolean;
}

const dayMs = 86_400_000;
const tokenMs = 900_000;
const known = [
  ...['page_size', 'from', 'to', 'next_page_token', 'keyword', 'directions', 'connect_types', 'number_types'],
  ...['call_types', 'extension_types', 'call_results', 'group_ids', 'site_ids', 'department', 'cost_center'],
  ...['time_type', 'recording_status', 'with_voicemail', 'call_ids'],
];

/** One page of the call history, the latest first. */
export function listHistory(account: Account, request: SimulatedRequest, state: State): SimulatedReply {
  const { query, cursorDied, at } = request;
  const asked = questionOf(account, query, at);
  if ('kind' in asked) return asked;
  const { size, from, to, status } = asked;
  const rows = rowsOf(account, asked, state.revealed);
  const others = [...query].filter(([name]) => name !== 'next_page_token').toSorted();
  const same = digest(others.map(pair => pair.join('=')).join('&')).toString(36);
  const token = query.get('next_page_token') ?? '';
  const epoch = cursorDied === true ? -1 : state.epoch;
  const start = token === '' ? 0 : placeOf(token, { rows, account, same, epoch, at });
  if (start === undefined) return refusal(300, 'The next page token is invalid or expired.', 'list');
  const page = rows.slice(start, start + size);
  const isStuck = account.isOdd('stuck-cursor') && rows.length > size;
  const last = isStuck ? rows[size - 1] : page.at(-1);
  const hasMore = (isStuck || start + size < rows.length) && last !== undefined;
  const items = page.map(({ position }) => rowOf(account, position));
  return {
    status: 200,
    kind: 'list',
    body: {
      // The copies of old, without the new names.
      ...(account.isOdd('old-copies') && {
        call_logs: items.map(({ call_history_uuid: id, ...row }) => ({ id, ...row })),
      }),
      call_history: items,
      ...{ from: day(from), to: day(to), page_count: Math.ceil(rows.length / size), page_size: size },
      ...{ total_records: rows.length, next_page_token: hasMore ? tokenOf(account, last, { same, at, state }) : '' },
    },
    // Looking at one to count all is no listing.
    served: size === 1 && status !== undefined ? [] : page.map(({ position }) => account.idOf(position)),
  };
}

interface Question {
  readonly size: number;
  readonly from: number;
  readonly to: number;
  readonly status: string | undefined;
}

function questionOf(account: Account, query: URLSearchParams, at: number | undefined): Question | Refusal {
  const wrong = (why: string) => refusal(300, `Validation Failed: ${why}`, 'list');
  const stray = [...query.keys()].find(name => !known.includes(name));
  if (stray !== undefined) return wrong(`${stray} is not known.`);
  const size = Math.min(Number(query.get('page_size') ?? 30), account.options.recordsPerPage ?? 300);
  if (!(size >= 1) || Number(query.get('page_size') ?? 30) > 300) return wrong('page_size is at most 300.');
  const now = at ?? Date.parse(account.options.to);
  const [first, last] = [query.get('from'), query.get('to')];
  if (first !== null && last === null) return wrong('to is required with from.');
  const from = first === null ? now - dayMs : timeOf(first, 0);
  const to = last === null ? now : timeOf(last, dayMs - 1);
  if (Number.isNaN(from) || Number.isNaN(to)) return wrong('that is no date.');
  const months = (moment: number, count: number) => {
    const date = new Date(moment);
    return date.setUTCMonth(date.getUTCMonth() + count);
  };
  if (at !== undefined && from < months(at, -6) - dayMs)
    return wrong('The month should fall within the last six months.');
  const status = query.get('recording_status') ?? (account.isOdd('lists-all') ? undefined : 'recorded');
  if (status !== undefined && !['recorded', 'non_recorded'].includes(status)) return wrong('recording_status.');
  if (to <= months(from, 1)) return { size, from, to, status };
  // What has been seen as well: no refusal, and the older part left out without a word.
  if (account.isOdd('clips-windows')) return { size, from: months(to, -1), to, status };
  return wrong('The date range should be a month.');
}

function timeOf(written: string, ofDay: number): number {
  if (/^\d{4}-\d\d-\d\d$/.test(written)) return Date.parse(written) + ofDay;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(written) ? Date.parse(written) : Number.NaN;
}

interface Row {
  readonly position: number;
  /** Which time it is listed: some are listed again later. */
  readonly turn: number;
}

/** Both ends of the time asked for are in. */
function rowsOf(account: Account, { from, to, status }: Question, revealed: boolean): readonly Row[] {
  const { duplicates = 0, disorder = 0 } = account.options;
  const rows = account
    .visible(revealed)
    .filter(position => {
      const start = account.startOf(position);
      const isRecorded = account.recordingsOf(position).length > 0;
      return start >= from && start <= to && (status === undefined || isRecorded === (status === 'recorded'));
    })
    .map(position => ({ position, turn: 0, place: -position + (dice(account.seed, position, 40) % (disorder + 1)) }))
    .toSorted((a, b) => a.place - b.place);
  const again = rows.filter(({ position }) => dice(account.seed, position, 41) % 1_000 < duplicates * 1_000);
  return [...rows, ...again.map(row => ({ ...row, turn: 1 }))];
}

/** It names the last row that was shown, so rows that come in between move nothing. */
function tokenOf(
  account: Account,
  { position, turn }: Row,
  { same, at, state }: { same: string; at: number | undefined; state: State },
): string {
  const parts = [account.idOf(position), turn, state.epoch, same, at ?? 0];
  return Buffer.from(parts.join(' ')).toString('base64url');
}

function placeOf(
  token: string,
  {
    rows,
    account,
    same,
    epoch,
    at,
  }: { rows: readonly Row[]; account: Account; same: string; epoch: number; at: number | undefined },
): number | undefined {
  const [id, turn, madeIn, of, madeAt] = Buffer.from(token, 'base64url').toString().split(' ');
  const isOld = at !== undefined && at - Number(madeAt) > tokenMs;
  if (Number(madeIn) !== epoch || of !== same || isOld) return undefined;
  const place = rows.findIndex(row => account.idOf(row.position) === id && row.turn === Number(turn));
  return place === -1 ? undefined : place + 1;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
