/** Zoom's words into ours. A word that Zoom adds to one of its lists means "not known". */
import {
  type Account,
  type CallDraft,
  type Fields,
  type ParticipantDraft,
  phoneNumber,
  readerOf,
  type TranscriptDraft,
  type TranscriptLineDraft,
} from '#connector';

const { fields, list, text, amount, time, needed } = readerOf('Zoom Phone');

/** Whoever took part in an event of a call, and not only was rung. */
const spoke = new Set<unknown>(['answered', 'accepted', 'picked_up', 'connected', 'succeeded']);
/** Lines of whoever has no extension name nobody. */
const outsider = 'Outside caller';

/**
 * One row of the call history: a call from its start to its end, through all hands that it went. What became of it on its
 * way, and with it the recordings, is in its detail. Rows may share a `call_id`; only the id of the row is its own.
 * @throws Error when the row has no id or no start, or when a field has the wrong type.
 */
export function toCall(item: unknown): CallDraft {
  const row = fields(item, 'the row');
  const elements = list(fields(row.detail ?? {}, 'detail'), 'call_elements').map(each => fields(each, 'an element'));
  const isInternal = text(row, 'connect_type') === 'internal';
  const answering = elements.filter(element => spoke.has(text(element, 'result')));
  const parties = [toParty(row, 'caller'), toParty(row, 'callee'), ...answering.map(each => toParty(each, 'callee'))];
  const recordings = new Set(elements.flatMap(element => text(element, 'recording_id') ?? []));
  return {
    externalId: needed(text(row, 'call_history_uuid') ?? text(row, 'id'), 'call_history_uuid'),
    medium: 'phone',
    startedAt: time(row, 'start_time'),
    durationSeconds: amount(row, 'duration'),
    direction: isInternal ? 'internal' : (['inbound', 'outbound'] as const).find(word => word === row.direction),
    participants: distinct(parties.filter(party => party !== undefined)),
    recordings: [...recordings].map(ref => ({ ref, kind: 'audio' })),
  };
}

/** Of a call without a recording there is nothing more to know. */
export function toDetailKey(item: unknown): string | undefined {
  const row = fields(item, 'the row');
  return text(row, 'recording_status') === 'recorded' ? (text(row, 'call_history_uuid') ?? text(row, 'id')) : undefined;
}

function toParty(from: Fields, side: 'caller' | 'callee'): ParticipantDraft | undefined {
  const extension = text(from, `${side}_ext_number`);
  const kind = text(from, `${side}_ext_type`);
  const number = phoneNumber(text(from, `${side}_did_number`), text(from, `${side}_country_iso_code`));
  const party = { name: text(from, `${side}_name`), email: text(from, `${side}_email`), phone: number ?? extension };
  if (Object.values(party).every(value => value === undefined)) return undefined;
  const isOurs = kind !== 'external_contact' && (kind ?? extension ?? text(from, `${side}_ext_id`)) !== undefined;
  return { ...party, affiliation: isOurs ? 'internal' : 'external', speakerId: isOurs ? extension : outsider };
}

function distinct(parties: readonly ParticipantDraft[]): ParticipantDraft[] {
  const keyOf = ({ speakerId, phone, name }: ParticipantDraft) =>
    speakerId === outsider || speakerId === undefined ? `${phone} ${name}` : speakerId;
  return [...new Map(parties.toReversed().map(party => [keyOf(party), party])).values()].toReversed();
}

/** The file of a recording, or a list of them where a call has several. Their lines count from the start of each. */
export function toTranscript(document: unknown): TranscriptDraft {
  const files = (Array.isArray(document) ? document : [document]).map(file => fields(file, 'the transcript'));
  const starts = files.map(file => (files.length === 1 ? 0 : Date.parse(time(file, 'recording_start'))));
  const lines = files.flatMap((file, i) =>
    list(file, 'timeline').map(line => toLine(line, (starts[i] ?? 0) - Math.min(...starts))),
  );
  return { lines: lines.toSorted((a, b) => a.startSeconds - b.startSeconds) };
}

function toLine(item: unknown, laterMs: number): TranscriptLineDraft {
  const line = fields(item, 'an entry of timeline');
  const endMs = toMs(line, 'end_ts');
  return {
    speakerId: text(line, 'userId') ?? outsider,
    startSeconds: (laterMs + needed(toMs(line, 'ts'), 'ts')) / 1_000,
    endSeconds: endMs === undefined ? undefined : (laterMs + endMs) / 1_000,
    text: text(line, 'text')?.trim() ?? '',
  };
}

/** Written as HH:MM:SS.mmm. */
function toMs(line: Fields, name: string): number | undefined {
  const clock = text(line, name);
  const [, hours, minutes, seconds] = /^(\d{2,}):([0-5]\d):([0-5]\d(?:\.\d{1,3})?)$/.exec(clock ?? '') ?? [];
  if (clock !== undefined && hours === undefined) throw new Error(`Zoom Phone: \`${name}\` is not HH:MM:SS.mmm.`);
  if (clock === undefined) return undefined;
  return Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Math.round(Number(seconds) * 1_000);
}

/** Without `next_page_token` nothing would tell a last page from a lost one. */
export function toPage(reply: unknown): { readonly next: string | undefined; readonly total: number | undefined } {
  const page = fields(reply, 'the reply');
  if (page.next_page_token === undefined) throw new Error('Zoom Phone: `next_page_token` is missing.');
  return { next: text(page, 'next_page_token'), total: amount(page, 'total_records') };
}

/** The user who let us in, or the owner of the account. */
export function toAccount(reply: unknown): Account {
  const user = fields(reply ?? {}, 'the reply');
  const id = needed(text(user, 'account_id'), 'account_id');
  return { id, name: text(user, 'company') ?? text(user, 'email')?.split('@')[1] ?? id };
}
