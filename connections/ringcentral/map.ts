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
  const durationMs = amount(record, 'durationMs');
  const isInternal = endsOf(record).every(({ party }) => isExtension(party));
  return {
    externalId: needed(text(record, 'id'), 'id'),
    medium: 'phone',
    startedAt: time(record, 'startTime'),
    durationSeconds: durationMs === undefined ? amount(record, 'duration') : Math.round(durationMs / 1_000),
    durationMs,
    direction: isInternal ? 'internal' : directions.get(text(record, 'direction')),
    participants: toParticipants(record, legs),
    recordings: toRecordingIds([record, ...legs]).map(ref => ({ ref, kind: 'audio' })),
  };
}

const directions = new Map<unknown, CallDraft['direction']>([
  ['Inbound', 'inbound'],
  ['Outbound', 'outbound'],
]);

/** A call that was transferred has a recording in several legs, and names one of them a second time. */
function toRecordingIds(parts: readonly Fields[]): readonly string[] {
  const recordings = parts.filter(part => part.recording != null).map(part => fields(part.recording, '`recording`'));
  return [...new Set(recordings.map(recording => needed(text(recording, 'id'), 'recording.id')))];
}

/** The two ends, whoever else of the company took part, and whom the call was transferred to. A leg may only have rung. */
function toParticipants(record: Fields, legs: readonly Fields[]): ParticipantDraft[] {
  const answered = legs.filter(leg => ['Accepted', 'Call connected'].includes(text(leg, 'result') ?? ''));
  const others = answered.flatMap(leg =>
    endsOf(leg).filter(({ party }) => isExtension(party) || text(leg, 'action') === 'Transfer'),
  );
  const known: End[] = [];
  for (const end of [...endsOf(record), ...others]) {
    const same = known.find(({ party }) => isSame(party, end.party));
    // A leg may know more than the record, which names a number of the company.
    if (same !== undefined) same.party = { ...end.party, ...same.party };
    else if (identities.some(name => text(end.party, name) !== undefined)) known.push(end);
  }
  return known.map(toParticipant);
}

interface End {
  party: Fields;
  /** The company's own, whether or not it is somebody's extension. */
  readonly isOwn: boolean;
}

/** The parties of a record or leg. Withheld numbers leave one out, or leave it empty. */
function endsOf(part: Fields): readonly End[] {
  const direction = text(part, 'direction');
  return [
    { party: fields(part.from ?? {}, '`from`'), isOwn: direction === 'Outbound' },
    { party: fields(part.to ?? {}, '`to`'), isOwn: direction === 'Inbound' },
  ];
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
  const affiliation = isOwn || isExtension(party) ? 'internal' : 'external';
  return { name: text(party, 'name'), phone: toPhone(party), affiliation, speakerId: toSpeakerId(party) };
}

/** Parties of a call and speakers of a transcript go by ids of their own; extension and number are what both know. */
function toSpeakerId(party: Fields): string | undefined {
  return text(party, 'extensionId') ?? toPhone(party);
}

/** Long numbers are written with their country's code and, as a rule, without the plus. */
function toPhone(party: Fields): string | undefined {
  const written = text(party, 'phoneNumber');
  return phoneNumber(written !== undefined && /^[1-9]\d{10,14}$/.test(written) ? `+${written}` : written);
}

/** What is known of one recording, or of all recordings of a call, one after the other. */
export function toTranscript(document: unknown): TranscriptDraft {
  const recordings = (Array.isArray(document) ? document : [document]).map(one => {
    const recording = fields(one, 'the insights');
    return { recording, start: Date.parse(time(recording, 'recordingStartTime')) };
  });
  const inOrder = recordings.toSorted((one, other) => one.start - other.start);
  const first = inOrder[0]?.start ?? 0;
  return { lines: inOrder.flatMap(({ recording, start }) => toLines(recording, (start - first) / 1_000)) };
}

function toLines(recording: Fields, offset: number): TranscriptLineDraft[] {
  const people = list(recording, 'speakerInfo').map(item => fields(item, 'an entry of speakerInfo'));
  return list(fields(recording.insights ?? {}, '`insights`'), 'Transcript').map(item => {
    const line = fields(item, 'an entry of Transcript');
    const speakerId = text(line, 'speakerId');
    const person = people.find(one => text(one, 'speakerId') === speakerId) ?? {};
    const end = amount(line, 'end');
    return {
      speakerId: toSpeakerId(person) ?? speakerId,
      speakerName: text(person, 'name'),
      startSeconds: offset + needed(amount(line, 'start'), 'start'),
      endSeconds: end === undefined ? undefined : offset + end,
      text: text(line, 'text')?.trim() ?? '',
    };
  });
}

/** The next page is where the address says that leads to it; nothing but its number is kept. Totals may be left out. */
export function toPage(reply: unknown): { readonly next: string | undefined; readonly total: number | undefined } {
  const page = fields(reply, 'the reply');
  const uri = text(fields(fields(page.navigation, '`navigation`').nextPage ?? {}, '`nextPage`'), 'uri');
  const next = uri === undefined ? undefined : (URL.parse(uri)?.searchParams.get('page') ?? '');
  if (next !== undefined && !/^[1-9]\d{0,8}$/.test(next)) throw new Error('RingCentral: `nextPage.uri` names no page.');
  return { next, total: amount(fields(page.paging, '`paging`'), 'totalElements') };
}

/** How many calls there are, unless RingCentral leaves it out; that there are none shows all the same. */
export function toCount(reply: unknown): number | undefined {
  return toPage(reply).total ?? (list(fields(reply, 'the reply'), 'records').length === 0 ? 0 : undefined);
}

/** The account that the user's own extension belongs to. Only a contact card may know what the company is called. */
export function toAccount(reply: unknown): Account {
  const extension = fields(reply, 'the extension');
  const id = needed(text(fields(extension.account, '`account`'), 'id'), 'account.id');
  return { id, name: text(fields(extension.contact ?? {}, '`contact`'), 'company') ?? `RingCentral account ${id}` };
}
