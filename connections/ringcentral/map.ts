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
const directions = ['inbound', 'outbound'] as const;

/** One record of the call log, in its detailed view. @throws Error for no id or start, or a field of the wrong type. */
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
    direction: isInternal ? 'internal' : directions.find(word => word === text(record, 'direction')?.toLowerCase()),
    participants: toParticipants(record, legs),
    recordings: toRecordingIds([record, ...legs]).map(ref => ({ ref, kind: 'audio' })),
  };
}

/** A call that was transferred has a recording in several legs, and names one of them a second time. */
function toRecordingIds(parts: readonly Fields[]): readonly string[] {
  const recordings = parts.map(({ recording }) => recording).filter(recording => recording != null);
  return [...new Set(recordings.map(one => needed(text(fields(one, '`recording`'), 'id'), 'recording.id')))];
}

/** The two ends, whoever else of the company took part, and whom the call was transferred to. A leg may only have rung. */
function toParticipants(record: Fields, legs: readonly Fields[]): ParticipantDraft[] {
  const answered = legs.filter(leg => ['Accepted', 'Call connected'].includes(text(leg, 'result') ?? ''));
  const others = answered.flatMap(leg =>
    endsOf(leg).filter(({ party }) => isExtension(party) || text(leg, 'action') === 'Transfer'),
  );
  const known: End[] = [];
  for (const end of [...endsOf(record), ...others]) {
    // By the first thing that both say: several extensions may be reached by one number, which the record alone names.
    const same = known.find(({ party }) => {
      const told = identities.find(name => party[name] && end.party[name]);
      return told !== undefined && text(party, told) === text(end.party, told);
    });
    if (same !== undefined) same.party = { ...end.party, ...same.party };
    else if (identities.some(name => text(end.party, name) !== undefined)) known.push(end);
  }
  return known.map(toParticipant);
}

type End = ReturnType<typeof endsOf>[number];

/** The parties of a record or leg: one is the company's own, extension or not. Withheld numbers leave one out or empty. */
function endsOf(part: Fields) {
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
  const recordings = [document].flat().map(one => fields(one, 'the insights'));
  const startOf = (recording: Fields): number => Date.parse(time(recording, 'recordingStartTime'));
  const inOrder = recordings.toSorted((one, other) => startOf(one) - startOf(other));
  const first = Math.min(...recordings.map(startOf));
  return { lines: inOrder.flatMap(recording => toLines(recording, (startOf(recording) - first) / 1_000)) };
}

function toLines(recording: Fields, offset: number): TranscriptLineDraft[] {
  const people = list(recording, 'speakerInfo').map(item => fields(item, 'an entry of speakerInfo'));
  return list(fields(recording.insights ?? {}, '`insights`'), 'Transcript').map(item => {
    const line = fields(item, 'an entry of Transcript');
    const person = people.find(one => text(one, 'speakerId') === text(line, 'speakerId')) ?? {};
    const end = amount(line, 'end');
    return {
      speakerId: toSpeakerId(person) ?? text(line, 'speakerId'),
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
