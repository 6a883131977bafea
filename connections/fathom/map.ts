/** Fathom's words into ours. A word that Fathom adds to one of its lists means "not known". */
import {
  type Account,
  type CallDraft,
  companyDomains,
  type Fields,
  type ParticipantDraft,
  readerOf,
  type TranscriptDraft,
  type TranscriptLineDraft,
} from '#connector';

const { fields, list, text, time, needed, link } = readerOf('Fathom');

/**
 * One entry of the list of meetings.
 * @throws Error when the entry has no id or no start, or when a field has the wrong type.
 */
export function toCall(item: unknown): CallDraft {
  const meeting = fields(item, 'the meeting');
  const externalId = toId(meeting.recording_id);
  const participants = toParticipants(meeting);
  return {
    externalId,
    medium: 'meeting',
    startedAt: time(meeting, 'recording_start_time'),
    durationSeconds: toDuration(meeting),
    title: text(meeting, 'title') ?? text(meeting, 'meeting_title'),
    // The field that promises to tell is known to be wrong; who was invited is not.
    direction: participants.length > 1 && participants.every(isInternal) ? 'internal' : undefined,
    link: link(meeting, 'url'),
    language: toLanguage(text(meeting, 'transcript_language')),
    participants,
    recordings: [{ ref: externalId, kind: 'video' }],
  };
}

/** Written as a number. One that a number cannot hold would be another call's id, so it is refused. */
function toId(value: unknown): string {
  if (Number.isSafeInteger(value)) return String(value);
  throw new Error('Fathom: `recording_id` is missing or no whole number that can be kept.');
}

/** There is no duration, only two ends. */
function toDuration(meeting: Fields): number | undefined {
  if (text(meeting, 'recording_end_time') === undefined) return undefined;
  const ms = Date.parse(time(meeting, 'recording_end_time')) - Date.parse(time(meeting, 'recording_start_time'));
  return ms >= 0 ? Math.round(ms / 1_000) : undefined;
}

function toLanguage(tag: string | undefined): string | undefined {
  return tag !== undefined && /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(tag) ? Intl.getCanonicalLocales(tag)[0] : undefined;
}

/** Those who were invited, and whoever recorded it, who may not be among them. */
function toParticipants(meeting: Fields): ParticipantDraft[] {
  const recordedBy = fields(meeting.recorded_by ?? {}, 'recorded_by');
  const host = text(recordedBy, 'email')?.toLowerCase();
  const invited = list(meeting, 'calendar_invitees').map(item => toParticipant(item, host));
  if (host === undefined || invited.some(({ role }) => role === 'host')) return invited;
  const email = text(recordedBy, 'email');
  return [
    { name: text(recordedBy, 'name'), email, role: 'host', affiliation: 'internal', speakerId: host },
    ...invited,
  ];
}

/** Lines name speakers by their address where Fathom could match it, else by the name that was shown. */
function toParticipant(item: unknown, host: string | undefined): ParticipantDraft {
  const invitee = fields(item, 'an entry of calendar_invitees');
  const email = text(invitee, 'email');
  const external = invitee.is_external;
  return {
    name: text(invitee, 'name') ?? text(invitee, 'matched_speaker_display_name'),
    email,
    role: host === undefined ? undefined : email?.toLowerCase() === host ? 'host' : 'guest',
    affiliation: typeof external === 'boolean' ? (external ? 'external' : 'internal') : undefined,
    speakerId: email?.toLowerCase() ?? text(invitee, 'matched_speaker_display_name'),
  };
}

function isInternal({ affiliation }: ParticipantDraft): boolean {
  return affiliation === 'internal';
}

/** A whole reply, or the list that came along with a meeting. Lines have a start, to the second, and no end. */
export function toTranscript(document: unknown): TranscriptDraft {
  const lines = Array.isArray(document) ? document : list(fields(document, 'the transcript'), 'transcript');
  return { lines: lines.map(toLine) };
}

function toLine(item: unknown): TranscriptLineDraft {
  const line = fields(item, 'an entry of transcript');
  const speaker = fields(line.speaker ?? {}, 'speaker');
  const speakerName = text(speaker, 'display_name');
  return {
    speakerId: text(speaker, 'matched_calendar_invitee_email')?.toLowerCase() ?? speakerName,
    speakerName,
    startSeconds: toSeconds(needed(text(line, 'timestamp'), 'timestamp')),
    text: text(line, 'text')?.trim() ?? '',
  };
}

function toSeconds(clock: string): number {
  const [, hours, minutes, seconds] = /^(\d{2,}):([0-5]\d):([0-5]\d)$/.exec(clock) ?? [];
  if (hours === undefined) throw new Error('Fathom: `timestamp` is not HH:MM:SS.');
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}

/** Without `next_cursor` nothing would tell a last page from a lost one. */
export function toPage(reply: unknown): { readonly next: string | undefined } {
  const page = fields(reply, 'the reply');
  if (page.next_cursor === undefined) throw new Error('Fathom: `next_cursor` is missing.');
  return { next: text(page, 'next_cursor') };
}

/**
 * Fathom names no company, so the domain that most members have an address under stands for it. What several keys of a
 * company bring is joined under it, and meetings that two of them see are one. Where all have addresses that anybody gets, nothing does.
 */
export function toAccount(members: unknown): Account {
  const people = list(fields(members ?? {}, 'the reply'), 'items').map(item => fields(item, 'a team member'));
  const [id, ...otherIds] = companyDomains(people.map(person => text(person, 'email')));
  return { id, otherIds, name: id ?? `Fathom account of ${people.length}` };
}
