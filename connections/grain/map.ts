/** Grain's words into ours. A word that Grain adds to one of its lists means "not known". */
import {
  type Account,
  type CallDraft,
  companyDomains,
  type ParticipantDraft,
  readerOf,
  type RecordingDraft,
  type TranscriptDraft,
  type TranscriptLineDraft,
} from '#connector';

const { fields, list, text, amount, time, needed, link } = readerOf('Grain');

const affiliations = new Map<unknown, ParticipantDraft['affiliation']>([
  ['internal', 'internal'],
  ['external', 'external'],
]);
const recordingKinds = new Map<unknown, RecordingDraft['kind']>([
  ['audio', 'audio'],
  ['video', 'video'],
]);

/**
 * One entry of the list of recordings.
 * @throws Error when the entry has no id or no start, or when a field has the wrong type.
 */
export function toCall(item: unknown): CallDraft {
  const recording = fields(item, 'the recording');
  const externalId = needed(text(recording, 'id'), 'id');
  const durationMs = amount(recording, 'duration_ms');
  const kind = recordingKinds.get(text(recording, 'media_type'));
  const participants = list(recording, 'participants').map(toParticipant);
  return {
    externalId,
    medium: 'meeting',
    startedAt: time(recording, 'start_datetime'),
    durationSeconds: durationMs === undefined ? undefined : Math.round(durationMs / 1_000),
    durationMs: durationMs === undefined ? undefined : Math.round(durationMs),
    title: text(recording, 'title'),
    direction:
      participants.length > 1 && participants.every(({ affiliation }) => affiliation === 'internal')
        ? 'internal'
        : undefined,
    link: link(recording, 'url'),
    participants,
    // Of what came in as a transcript alone there is nothing to play.
    recordings: kind === undefined ? [] : [{ ref: externalId, kind }],
  };
}

function toParticipant(item: unknown): ParticipantDraft {
  const participant = fields(item, 'an entry of participants');
  return {
    name: text(participant, 'name'),
    email: text(participant, 'email'),
    affiliation: affiliations.get(text(participant, 'scope')),
    speakerId: text(participant, 'id'),
  };
}

/** The whole reply is the list of lines, in milliseconds. */
export function toTranscript(document: unknown): TranscriptDraft {
  return { lines: list({ transcript: document }, 'transcript').map(toLine) };
}

function toLine(item: unknown): TranscriptLineDraft {
  const line = fields(item, 'an entry of the transcript');
  const endMs = amount(line, 'end');
  return {
    speakerId: text(line, 'participant_id'),
    speakerName: text(line, 'speaker'),
    startSeconds: needed(amount(line, 'start'), 'start') / 1_000,
    endSeconds: endMs === undefined ? undefined : endMs / 1_000,
    text: text(line, 'text')?.trim() ?? '',
  };
}

/** Without `cursor` nothing would tell a last page from a lost one. */
export function toPage(reply: unknown): { readonly next: string | undefined } {
  const page = fields(reply, 'the reply');
  if (page.cursor === undefined) throw new Error('Grain: `cursor` is missing.');
  return { next: text(page, 'cursor') };
}

/**
 * The domain that most users have an address under stands for the workspace, which Grain does not name. Where all have
 * addresses that anybody gets, nothing does.
 */
export function toAccount(users: unknown): Account {
  const people = list(fields(users ?? {}, 'the reply'), 'users').map(item => fields(item, 'a user'));
  const [id, ...otherIds] = companyDomains(people.map(person => text(person, 'email')));
  return { id, otherIds, name: id ?? `Grain workspace of ${people.length}` };
}
