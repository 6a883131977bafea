import { type CallDraft, type Connector, transcriptReader, type TranscriptDraft } from '#connector';
import { fetchPage, type FetchedCall, type Haul } from '../../../engine/index.js';
import type { Bench } from '../bench.js';
import { confirmed, type Fact, refuted, unclear } from '../fact.js';

const most = 5;

/** Reads a few transcripts as an import would, and looks at their shape. */
export async function transcripts({ connector, asker, window, opened }: Bench): Promise<Fact[]> {
  const fact = 'transcripts';
  const reader = transcriptReader(connector);
  if (reader === undefined) return [confirmed(fact, 'The connector asks for none.')];
  const hauls: Haul[] = [];
  for (const list of listsOf(connector)) {
    let asked = 0;
    const haul = await fetchPage(list, asker, window, {
      withTranscripts: true,
      lacks: opened.method.lacks,
      // All but the first few are taken for stored.
      held: { has: () => ++asked > most },
    });
    hauls.push(haul);
  }
  const [calls, unusable] = [hauls.flatMap(haul => haul.calls), hauls.flatMap(haul => haul.unusable)];
  const found = calls.filter(call => call.transcript !== undefined);
  const [refusal] = unusable.filter(({ stage }) => stage === 'transcript');
  if (found.length === 0)
    return [
      unclear(
        fact,
        refusal === undefined
          ? `None of ${Math.min(most, calls.length)} calls has one.`
          : `${refusal.code}: ${refusal.reason}`,
      ),
    ];
  const shapes = found.map(call => shapeOf(call, document => reader.transcript(document)));
  const wrong = shapes.find(shape => typeof shape === 'string');
  if (wrong !== undefined) return [refuted(fact, wrong)];
  const lines = shapes.filter(shape => typeof shape !== 'string').flat();
  const joined = lines.filter(isJoined => isJoined).length;
  return [
    confirmed(
      fact,
      `${found.length} can be read, with ${lines.length} lines; ${joined} of them are joined to a participant.`,
    ),
  ];
}

/** One for each list that it takes to see all calls: those of one may have no words at all. */
function listsOf(connector: Connector): readonly Connector[] {
  const { calls } = connector;
  return calls.parts?.map(part => ({ ...connector, calls: { ...calls, parts: [part] } })) ?? [connector];
}

/** For each line, whether its speaker is a participant; or what is wrong, in words that quote nothing. */
function shapeOf({ draft, transcript }: FetchedCall, read: (document: unknown) => TranscriptDraft): boolean[] | string {
  let lines: TranscriptDraft['lines'];
  try {
    lines = read(JSON.parse(transcript?.toString('utf8') ?? '')).lines;
  } catch (error) {
    return error instanceof SyntaxError ? 'It is no sound JSON.' : (error as Error).message.slice(0, 300);
  }
  if (lines.length === 0) return 'It holds no lines.';
  const end = (draft.durationSeconds ?? Number.POSITIVE_INFINITY) + 300;
  if (lines.some(({ startSeconds }) => startSeconds > end))
    return 'Lines begin after the end of the call: the unit of time may be another one.';
  const speakers = speakersOf(draft);
  return lines.map(({ speakerId }) => speakerId !== undefined && speakers.has(speakerId));
}

function speakersOf({ participants }: CallDraft): ReadonlySet<string | undefined> {
  return new Set(participants.map(({ speakerId }) => speakerId));
}
