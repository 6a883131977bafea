/** RingCentral's words into ours. A word that RingCentral adds to one of its lists means "not known". */
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

const { fields, list, text, amount, time, needed } = readerOf('RingCentral');

/**
 * One record of the call log, in its detailed view.
 * @throws Error when the record has no id or no start, or when a field has the wrong type.
 */
export function toCall(item: unknown): CallDraft {
  const record = fields(item, 'the record');
  const legs = list(record, 'legs').map(leg => fields(leg, 'an entry of legs'));
  const recordingIds = toRecordingIds([record, ...legs]);
  const durationMs = amount(record, 'durationMs');
  const seconds = durationMs === undefined ? amount(record, 'duration') : Math.round(durationMs / 1_000);
  return {
    externalId: needed(text(record, 'id'), 'id'),
    medium: 'phone',
    startedAt: time(record, 'startTime'),
    durationSeconds: seconds,
    durationMs,
    direction: toDirection(record),
    participants: toParticipants(record, legs),
    recordings: recordingIds.map(ref => ({ ref, kind: 'audio' })),
    transcriptKey: toTranscriptKey(recordingIds, text(record, 'telephonySessionId')),
  };
}

/** A call that was transferred has a recording in several legs, and names one of them a second time. */
function toRecordingIds(parts: readonly Fields[]): readonly string[] {
  const recordings = parts.filter(part => part.recording != null).map(part => fields(part.recording, '`recording`'));
  return [...new Set(recordings.map(recording => needed(text(recording, 'id'), 'recording.id')))];
}

/** The session knows the transcripts of all recordings of a call; one recording is asked for by itself. */
function toTranscriptKey(recordingIds: readonly string[], session: string | undefined): string | undefined {
  const [first] = recordingIds;
  if (first === undefined) return undefined;
  const several = recordingIds.length > 1 && session !== undefined;
  return several ? `sessions/${encodeURIComponent(session)}` : `records/${encodeURIComponent(first)}`;
}

function toDirection(record: Fields): CallDraft['direction'] {
  if (isExtension(partyOf(record, 'from')) && isExtension(partyOf(record, 'to'))) return 'internal';
  const direction = text(record, 'direction');
  return direction === 'Inbound' ? 'inbound' : direction === 'Outbound' ? 'outbound' : undefined;
}

/** The two ends, whoever else of the company took part, and whom the call was transferred to. A leg may only have rung. */
function toParticipants(record: Fields, legs: readonly Fields[]): ParticipantDraft[] {
  const answered = legs.filter(leg => ['Accepted', 'Call connected'].includes(text(leg, 'result') ?? ''));
  const others = answered.flatMap(leg => {
    const isTransfer = text(leg, 'action') === 'Transfer';
    return endsOf(leg).filter(end => isTransfer || isExtension(end.party));
  });
  const known: End[] = [];
  for (const end of [...endsOf(record), ...others]) {
    const place = known.findIndex(({ party }) => isSame(party, end.party));
    if (place === -1) known.push(end);
    // A leg may know more than the record, which names a number of the company.
    else
      known[place] = {
        party: { ...end.party, ...known[place]?.party },
        isOwn: end.isOwn || known[place]?.isOwn === true,
      };
  }
  return known.filter(({ party }) => identities.some(name => text(party, name) !== undefined)).map(toParticipant);
}

interface End {
  readonly party: Fields;
  readonly isOwn: boolean;
}

/** The parties of a record or leg. One side is the company's own, whether or not it is somebody's extension. */
function endsOf(part: Fields): readonly End[] {
  const direction = text(part, 'direction');
  return [
    { party: partyOf(part, 'from'), isOwn: direction === 'Outbound' },
    { party: partyOf(part, 'to'), isOwn: direction === 'Inbound' },
  ];
}

/** Withheld numbers leave it out, or leave it empty. */
function partyOf(part: Fields, name: 'from' | 'to'): Fields {
  return fields(part[name] ?? {}, `\`${name}\``);
}

const identities = ['extensionId', 'extensionNumber', 'phoneNumber', 'name'] as const;

function isExtension(party: Fields): boolean {
  return (text(party, 'extensionId') ?? text(party, 'extensionNumber')) !== undefined;
}

/** By the first thing that both say: several extensions may be reached by one number of the company. */
function isSame(one: Fields, other: Fields): boolean {
  const told = identities.find(name => text(one, name) !== undefined && text(other, name) !== undefined);
  return told !== undefined && text(one, told) === text(other, told);
}

function toParticipant({ party, isOwn }: End): ParticipantDraft {
  const phone = toPhone(text(party, 'phoneNumber'));
  return {
    name: text(party, 'name'),
    phone,
    affiliation: isOwn || isExtension(party) ? 'internal' : 'external',
    speakerId: text(party, 'extensionId') ?? phone,
  };
}

/** Long numbers are written with their country's code and, as a rule, without the plus. */
function toPhone(written: string | undefined): string | undefined {
  return phoneNumber(written !== undefined && /^[1-9]\d{10,14}$/.test(written) ? `+${written}` : written);
}

/** What is known of one recording, or of all recordings of a session, which follow one another. */
export function toTranscript(document: unknown): TranscriptDraft {
  const whole = fields(document, 'the insights');
  const recordings =
    whole.records === undefined ? [whole] : list(whole, 'records').map(item => fields(item, 'a record'));
  const starts = recordings.map(recording => Date.parse(time(recording, 'recordingStartTime')));
  const first = Math.min(...starts);
  const inOrder = recordings
    .map((recording, index) => ({ recording, offset: ((starts[index] ?? first) - first) / 1_000 }))
    .toSorted((one, other) => one.offset - other.offset);
  return { lines: inOrder.flatMap(({ recording, offset }) => toLines(recording, offset)) };
}

function toLines(recording: Fields, offset: number): TranscriptLineDraft[] {
  const people = list(recording, 'speakerInfo').map(item => fields(item, 'an entry of speakerInfo'));
  const speakers = new Map(people.map(person => [text(person, 'speakerId'), person]));
  return list(fields(recording.insights ?? {}, '`insights`'), 'Transcript').map(item => {
    const line = fields(item, 'an entry of Transcript');
    const speakerId = text(line, 'speakerId');
    const person = speakers.get(speakerId) ?? {};
    const end = amount(line, 'end');
    return {
      // Parties of the call go by other ids than speakers; extension and number are what both know.
      speakerId: text(person, 'extensionId') ?? toPhone(text(person, 'phoneNumber')) ?? speakerId,
      speakerName: text(person, 'name'),
      startSeconds: offset + needed(amount(line, 'start'), 'start'),
      endSeconds: end === undefined ? undefined : offset + end,
      text: text(line, 'text')?.trim() ?? '',
    };
  });
}

/** The next page is where the address says that leads to it. Totals may be left out. */
export function toPage(reply: unknown): { readonly next: string | undefined; readonly total: number | undefined } {
  const page = fields(reply, 'the reply');
  const uri = text(fields(fields(page.navigation, '`navigation`').nextPage ?? {}, '`nextPage`'), 'uri');
  return { next: uri === undefined ? undefined : toNumber(uri), total: toTotal(page) };
}

function toNumber(uri: string): string {
  const page = URL.parse(uri)?.searchParams.get('page') ?? '';
  if (/^[1-9]\d{0,8}$/.test(page)) return page;
  throw new Error('RingCentral: `nextPage.uri` names no page.');
}

function toTotal(page: Fields): number | undefined {
  return amount(fields(page.paging, '`paging`'), 'totalElements');
}

/** How many calls there are, unless RingCentral leaves it out; that there are none shows all the same. */
export function toCount(reply: unknown): number | undefined {
  const page = fields(reply, 'the reply');
  return toTotal(page) ?? (list(page, 'records').length === 0 ? 0 : undefined);
}

/** The account that the user's own extension belongs to. Only a contact card may know what the company is called. */
export function toAccount(reply: unknown): Account {
  const extension = fields(reply, 'the extension');
  const id = needed(text(fields(extension.account, '`account`'), 'id'), 'account.id');
  return { id, name: text(fields(extension.contact ?? {}, '`contact`'), 'company') ?? `RingCentral account ${id}` };
}
