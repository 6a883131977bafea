import { dice, type SimulatedReply, type SimulatedRequest } from '#connector';
import type { Account } from './account.js';
import { meetingItem } from './item.js';

const pageSize = 10;
const flags = ['action_items', 'crm_matches', 'highlights', 'summary', 'transcript'].map(name => `include_${name}`);
const times = ['created_after', 'created_before'];
const others = [
  ...['calendar_invitees_domains[]', 'calendar_invitees_domains_type', 'cursor', 'meeting_type'],
  ...['recorded_by[]', 'teams[]'],
];

/** One page of meetings, the latest entered first; undefined when something is asked that cannot be. */
export function listMeetings(
  account: Account,
  request: SimulatedRequest,
  revealed: boolean,
): SimulatedReply | undefined {
  const { query, bearer } = request;
  const page = pageOf(query.get('cursor'));
  if (page === undefined || !isAllowed(query, bearer !== undefined)) return undefined;
  const rows = rowsOf(account, query, revealed);
  const positions = rows.slice((page - 1) * pageSize, page * pageSize);
  const withTranscript = query.get('include_transcript') === 'true';
  return {
    status: 200,
    kind: 'list',
    body: {
      limit: pageSize,
      next_cursor: account.isOdd('stuck-cursor')
        ? cursorOf(2)
        : page * pageSize < rows.length
          ? cursorOf(page + 1)
          : null,
      items: positions.map(position => meetingItem(account, position, withTranscript)),
    },
    served: positions.map(position => String(account.idOf(position))),
  };
}

/** Transcripts and summaries are not for apps, but for the keys of people. */
function isAllowed(query: URLSearchParams, isApp: boolean): boolean {
  return [...query].every(([name, value]) => {
    if (flags.includes(name)) {
      const withheld = isApp && ['include_transcript', 'include_summary'].includes(name) && value === 'true';
      return ['true', 'false'].includes(value) && !withheld;
    }
    return times.includes(name) ? !Number.isNaN(Date.parse(value)) : others.includes(name);
  });
}

/** As they stand at this moment: a meeting that is entered while somebody turns pages moves all behind it. */
function rowsOf(account: Account, query: URLSearchParams, revealed: boolean): readonly number[] {
  const after = Date.parse(query.get('created_after') ?? '1970-01-01');
  const before = Date.parse(query.get('created_before') ?? '2100-01-01');
  const { duplicates = 0, disorder = 0 } = account.options;
  const placed = account
    .visible(revealed)
    .map(position => ({ position, at: account.enteredOf(position) }))
    .filter(({ at }) => at >= after && at < before)
    .toSorted((a, b) => b.at - a.at)
    .map(({ position }, place) => ({ position, place: place + (dice(account.seed, position, 30) % (disorder + 1)) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ position }) => position);
  const again = placed.filter(position => dice(account.seed, position, 31) % 1_000 < duplicates * 1_000);
  return [...placed, ...again];
}

function cursorOf(page: number): string {
  return Buffer.from(JSON.stringify({ page_num: page })).toString('base64');
}

function pageOf(cursor: string | null): number | undefined {
  if (cursor === null) return 1;
  const number = /^\{"page_num":([1-9]\d*)\}$/.exec(Buffer.from(cursor, 'base64').toString('latin1'))?.[1];
  return number === undefined ? undefined : Number(number);
}
