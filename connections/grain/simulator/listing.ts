import { dice, type SimulatedReply, type SimulatedRequest } from '#connector';
import type { Account } from './account.js';
import { recordingItem } from './item.js';

/** What changes in a workspace while it is open. */
export interface State {
  epoch: number;
  revealed: boolean;
}

const pageSize = 50;
const dayMs = 86_400_000;
const known: Readonly<Record<'body' | 'filter' | 'include', readonly string[]>> = {
  body: ['cursor', 'filter', 'include'],
  filter: [
    'after_datetime',
    'attendance',
    'before_datetime',
    'meeting_type',
    'participant_scope',
    'team',
    'title_search',
  ],
  include: [
    ...['ai_action_items', 'ai_summary', 'ai_template_sections', 'calendar_event', 'highlights', 'hubspot'],
    ...['participants', 'private_notes', 'screenshares'],
  ],
};

type Fields = Readonly<Record<string, unknown>>;

/** One page of recordings, the latest first. */
export function listRecordings(account: Account, { body, cursorDied }: SimulatedRequest, state: State): SimulatedReply {
  const asked = (body ?? {}) as { readonly cursor?: unknown; readonly filter?: Fields; readonly include?: Fields };
  const { cursor, filter = {}, include = {} } = asked;
  const stray = [
    ...strangers(asked, known.body),
    ...strangers(filter, known.filter),
    ...strangers(include, known.include),
  ][0];
  if (stray !== undefined) return refusal(`Unknown parameter ${stray}`);
  if (account.isOdd('no-filter') && 'filter' in asked) return refusal('Unexpected field: filter');
  const [after, before] = [dayOf(filter.after_datetime), dayOf(filter.before_datetime)];
  if (Number.isNaN(after) || Number.isNaN(before)) return refusal('Not a date');
  const size = account.options.recordsPerPage ?? pageSize;
  const rows = rowsOf(account, { after, before }, state.revealed);
  const from = cursor === undefined || cursor === null ? 0 : placeOf(cursor, rows, cursorDied ? -1 : state.epoch);
  if (from === undefined) return refusal('The cursor is not valid');
  const page = rows.slice(from, from + size);
  const last = account.isOdd('stuck-cursor') ? rows[size - 1] : page.at(-1);
  const hasMore = (from + size < rows.length || account.isOdd('stuck-cursor')) && last !== undefined;
  return {
    status: 200,
    kind: 'list',
    body: {
      cursor: hasMore ? cursorOf(account.idOf(last.position), last.turn, state.epoch) : null,
      recordings: page.map(({ position }) => recordingItem(account, position, include)),
    },
    served: page.map(({ position }) => account.idOf(position)),
  };

  /** A cursor names the last row that was shown, so rows that come in between move nothing. */
  function placeOf(written: unknown, all: readonly Row[], epoch: number): number | undefined {
    const [id, turn, madeIn] = Buffer.from(String(written), 'base64url').toString().split('/');
    if (Number(madeIn) !== epoch) return undefined;
    const place = all.findIndex(row => account.idOf(row.position) === id && row.turn === Number(turn));
    return place === -1 ? undefined : place + 1;
  }
}

interface Row {
  readonly position: number;
  /** Which time it is listed: some are listed again later. */
  readonly turn: number;
}

function strangers(value: object, names: readonly string[]): readonly string[] {
  return Object.keys(value).filter(name => !names.includes(name));
}

/** Days since 1970 by UTC: the time of day is not looked at. */
function dayOf(written: unknown): number | undefined {
  return written === undefined ? undefined : Math.floor(Date.parse(String(written)) / dayMs);
}

/** Half-open: the day of `before` is out. */
function rowsOf(
  account: Account,
  window: { after?: number | undefined; before?: number | undefined },
  revealed: boolean,
): Row[] {
  const { after = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY } = window;
  const { duplicates = 0, disorder = 0 } = account.options;
  const rows = account
    .visible(revealed)
    .filter(position => {
      const day = Math.floor(account.startOf(position) / dayMs);
      return day >= after && day < before;
    })
    .map(position => ({
      position,
      turn: 0,
      place: -position + (dice(account.seed, position, 30) % (disorder + 1)),
    }))
    .toSorted((a, b) => a.place - b.place);
  const again = rows.filter(({ position }) => dice(account.seed, position, 31) % 1_000 < duplicates * 1_000);
  return [...rows, ...again.map(row => ({ ...row, turn: 1 }))];
}

function cursorOf(id: string, turn: number, epoch: number): string {
  return Buffer.from(`${id}/${turn}/${epoch}`).toString('base64url');
}

function refusal(error: string): SimulatedReply {
  return { status: 400, kind: 'list', body: { error } };
}
