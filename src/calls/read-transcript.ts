import { transcriptReader } from '#connector';
import { connectorFor } from '../catalog/index.js';
import { PatchbayError } from '../core/errors.js';
import { record } from '../customers/index.js';
import { inTransaction, type Scope } from '../scope.js';
import { batched } from '../batched.js';
import { type Call, type Participant, Transcript } from './call.entity.js';
import { unpackDocument } from './documents.js';
import { StoredTranscript } from './transcript.entity.js';

/** The stored document is kept; only its reading failed. */
class TranscriptUnreadable extends PatchbayError {
  readonly code = 'TRANSCRIPT_UNREADABLE';
}

/**
 * The transcript of a call in our words, or undefined when the platform had none. Every reading is
 * in the audit trail.
 *
 * @throws PatchbayError TRANSCRIPT_UNREADABLE when the stored document has a form that the mapper does not know.
 */
export async function readTranscript(scope: Scope, call: Call): Promise<Transcript | undefined> {
  const stored = await take(scope, call.id);
  if (stored === undefined) return undefined;
  const document = await unpackDocument(scope.keyring, stored.document, 'transcripts.document', call);
  return Object.assign(new Transcript(), { ...inOurWords(scope, call, document), origin: stored.origin });
}

/** Reading and its entries in the audit trail are one transaction, however many are read at once. */
const take = batched((scope, callIds) =>
  inTransaction(scope, async inside => {
    const found = await inside.em.find(
      StoredTranscript,
      { callId: { $in: [...callIds] } },
      // Managed, every document would be compared with itself before each entry.
      { populate: ['document'], orderBy: { customerId: 'asc', callId: 'asc' }, disableIdentityMap: true },
    );
    for (const { callId, customerId } of found) {
      await record(inside, { act: 'transcript.read', target: `call ${callId}`, customerId });
    }
    return new Map(found.map(stored => [stored.callId, stored] as const));
  }),
);

function inOurWords(scope: Scope, call: Call, document: Buffer): Pick<Transcript, 'language' | 'lines'> {
  try {
    const draft = transcriptReader(connectorFor(scope, call.platform))?.transcript(
      JSON.parse(document.toString('utf8')),
    );
    const names = new Map<string, string | undefined>(
      call.participants.flatMap(person =>
        person.speakerId === undefined ? [] : [[person.speakerId, nameOf(person)] as const],
      ),
    );
    return {
      language: draft?.language ?? call.language ?? undefined,
      lines: (draft?.lines ?? []).map(({ speakerId, speakerName, startSeconds, endSeconds, text }) => ({
        speaker: speakerName ?? names.get(speakerId ?? '') ?? speakerId ?? 'Unknown speaker',
        startSeconds,
        endSeconds,
        text,
      })),
    };
  } catch (cause) {
    throw new TranscriptUnreadable('The transcript of this call is stored, but it has a form that is not known yet.', {
      remedy: 'Nothing is lost: it can be read as soon as the hub has learned the new form. Tell whoever runs the hub.',
      cause,
    });
  }
}

function nameOf({ name, email, phone }: Participant): string | undefined {
  return name ?? email ?? phone;
}
