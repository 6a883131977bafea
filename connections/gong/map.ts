/**
 * Gong's words into ours. Whatever is read is checked first: a value of the wrong type throws, an unknown field is
 * ignored, a word that Gong adds to one of its lists means "not known". Messages name fields and never quote values,
 * because they are kept beside the call that was set aside.
 */
import {
  type Account,
  type CallDraft,
  companyDomains,
  type Fields,
  type ParticipantDraft,
  phoneNumber,
  readerOf,
  type RecordingDraft,
  type TranscriptDraft,
  type TranscriptLineDraft,
} from '#connector';

const { fields, list, text, amount, time, needed, link } = readerOf('Gong');

const directions = new Map<unknown, CallDraft['direction']>([
  ['Inbound', 'inbound'],
  ['Outbound', 'outbound'],
]);
const affiliations = new Map<unknown, ParticipantDraft['affiliation']>([
  ['Internal', 'internal'],
  ['External', 'external'],
]);
const recordingKinds = new Map<unknown, RecordingDraft['kind']>([
  ['Audio', 'audio'],
  ['Video', 'video'],
]);

/**
 * One entry of the extensive listing. Private calls are mapped like all others: the key was allowed to see them.
 * @throws Error when the entry has no id or no start, or when a field has the wrong type.
 */
export function toCall(item: unknown): CallDraft {
  const call = fields(item, 'the call');
  const facts = fields(call.metaData, 'metaData');
  const externalId = needed(text(facts, 'id'), 'id');
  const hostId = text(facts, 'primaryUserId');
  const kind = recordingKinds.get(text(facts, 'media'));
  return {
    externalId,
    medium: toMedium(facts),
    startedAt: time(facts, 'started'),
    durationSeconds: amount(facts, 'duration'),
    title: text(facts, 'title'),
    direction: toDirection(facts),
    link: link(facts, 'url'),
    language: toLanguage(text(facts, 'language')),
    participants: list(call, 'parties').map(party => toParticipant(party, hostId)),
    recordings: kind === undefined ? [] : [{ ref: externalId, kind }],
  };
}

/**
 * Dialled calls have a direction, web conferences are a direction of their own. For the rest a meeting address or a
 * picture tells. `system` is not read: it is free text, and one name may stand for a phone and a meeting product.
 */
function toMedium(facts: Fields): CallDraft['medium'] {
  const direction = text(facts, 'direction');
  if (directions.has(direction)) return 'phone';
  if (direction === 'Conference') return 'meeting';
  return text(facts, 'meetingUrl') !== undefined || text(facts, 'media') === 'Video' ? 'meeting' : 'phone';
}

/** Who called whom says more than who was there, so `scope` counts only where nobody dialled. */
function toDirection(facts: Fields): CallDraft['direction'] {
  return directions.get(text(facts, 'direction')) ?? (text(facts, 'scope') === 'Internal' ? 'internal' : undefined);
}

/**
 * ISO 639-2/B to BCP 47: `eng` to `en`, `ger` to `de`, `fil` stays. `und` and `zxx` say that no language was found.
 * The runtime carries both tables; a code that has no name there is no language.
 */
function toLanguage(code: string | undefined): string | undefined {
  if (code === undefined || !/^[a-z]{3}$/i.test(code) || /^(und|zxx)$/i.test(code)) return undefined;
  const name = code.toLowerCase();
  if (!languages.has(name)) languages.set(name, canonical(name));
  return languages.get(name);
}

/** By their code, of which there are no more than of three letters. */
const languages = new Map<string, string | undefined>();

function canonical(code: string): string | undefined {
  const [tag] = Intl.getCanonicalLocales(code);
  return tag !== undefined && languageNames.of(tag) !== undefined ? tag : undefined;
}

/** Making it costs more than all else about a call. */
const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** A silent participant has no speaker id. Without a known host nobody is called a guest. */
function toParticipant(item: unknown, hostId: string | undefined): ParticipantDraft {
  const party = fields(item, 'an entry of parties');
  const isHost = text(party, 'userId') === hostId;
  return {
    name: text(party, 'name'),
    email: text(party, 'emailAddress'),
    phone: phoneNumber(text(party, 'phoneNumber')),
    role: hostId === undefined ? undefined : isHost ? 'host' : 'guest',
    affiliation: affiliations.get(text(party, 'affiliation')),
    speakerId: text(party, 'speakerId'),
  };
}

/**
 * One entry of `callTranscripts`. A line is a monologue and not a sentence: readers want to see who spoke until
 * somebody else did, and Gong cuts sentences every few words.
 */
export function toTranscript(document: unknown): TranscriptDraft {
  return { lines: list(fields(document, 'the transcript'), 'transcript').flatMap(toLine) };
}

function toLine(item: unknown): TranscriptLineDraft[] {
  const monologue = fields(item, 'an entry of transcript');
  const sentences = list(monologue, 'sentences').map(sentence => fields(sentence, 'an entry of sentences'));
  const [first, last] = [sentences[0], sentences.at(-1)];
  if (first === undefined || last === undefined) return [];
  const endMs = amount(last, 'end');
  return [
    {
      speakerId: text(monologue, 'speakerId'),
      startSeconds: needed(amount(first, 'start'), 'start') / 1000,
      endSeconds: endMs === undefined ? undefined : endMs / 1000,
      text: sentences
        .map(sentence => text(sentence, 'text')?.trim() ?? '')
        .filter(Boolean)
        .join(' '),
    },
  ];
}

/** Without `records` nothing would tell a last page from a lost one, so its absence is an error. */
export function toPage(reply: unknown): { readonly next: string | undefined; readonly total: number | undefined } {
  const records = fields(fields(reply, 'the reply').records, 'records');
  return { next: text(records, 'cursor'), total: amount(records, 'totalRecords') };
}

/**
 * Gong's interface has no company id. Workspaces belong to one company only, so the lowest workspace id stands for
 * it: the order of the list is not promised, and a workspace added later should not turn the account into another.
 * Ids have up to 20 digits, more than a number holds; as numbers two of them could look the same.
 */
export function toAccount(workspaces: unknown, users: unknown): Account {
  const found = list(fields(workspaces ?? {}, 'the reply'), 'workspaces').map(item => fields(item, 'a workspace'));
  const byId = found.map(item => ({ id: needed(text(item, 'id'), 'id'), name: text(item, 'name') }));
  const [lowest, ...others] = byId.toSorted((a, b) => compareDigits(a.id, b.id));
  if (lowest === undefined) throw new Error('Gong: the key sees no workspace, so the account cannot be named.');
  const people = list(fields(users ?? {}, 'the reply'), 'users').map(item => fields(item, 'a user'));
  const [domain] = companyDomains(people.map(person => text(person, 'emailAddress')));
  const name = domain ?? lowest.name ?? `Workspace ${lowest.id}`;
  return { id: lowest.id, otherIds: others.map(({ id }) => id), name };
}

function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}
