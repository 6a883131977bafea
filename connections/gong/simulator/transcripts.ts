import type { Account } from './account.js';
import { documentOf, documents, secondsOf, speakersOf } from './item.js';
import { chance, dice, pick } from '#connector';

/**
 * Transcripts: heavy (39 KB each), so they are put together as bytes.
 *
 * A pool of documents is written once. A call's transcript is a copy of one of them, with the call's
 * own id and the ids of its speakers written over the places kept free for them.
 */
export interface TranscriptPool {
  /** The transcripts of these calls, separated by commas, between two texts of plain ASCII. */
  write(head: string, positions: readonly number[], tail: string): Buffer;
}

interface Document {
  readonly bytes: Buffer;
  readonly idAt: number;
  readonly speakerAt: Int32Array;
  readonly speaker: Uint8Array;
}

export function openPool(account: Account): TranscriptPool {
  const pool: (Document | undefined)[] = Array.from({ length: documents });
  const documentFor = (position: number): Document => {
    const number = documentOf(account, position);
    const document = pool[number] ?? write(account, number);
    pool[number] = document;
    return document;
  };
  return {
    write(head, positions, tail) {
      const chosen = positions.map(documentFor);
      const size = chosen.reduce((sum, document) => sum + document.bytes.length, 0);
      const written = Buffer.allocUnsafe(head.length + size + Math.max(0, chosen.length - 1) + tail.length);
      let at = written.write(head, 'latin1');
      chosen.forEach((document, index) => {
        if (index > 0) written[at++] = 0x2c;
        fill(written, at, document, account, positions[index] ?? 0);
        at += document.bytes.length;
      });
      written.write(tail, at, 'latin1');
      return written;
    },
  };
}

function fill(into: Buffer, at: number, document: Document, account: Account, position: number): void {
  into.set(document.bytes, at);
  into.write(account.idOf(position), at + document.idAt, 'latin1');
  const speakers = speakersOf(account, position).map(id => Buffer.from(id, 'latin1'));
  for (let i = 0; i < document.speakerAt.length; i++) {
    const speaker = speakers[(document.speaker[i] ?? 0) % speakers.length] ?? Buffer.alloc(0);
    const start = at + (document.speakerAt[i] ?? 0);
    // 24,000 places a page: byte by byte is five times faster than a call for each.
    for (let byte = 0; byte < speaker.length; byte++) into[start + byte] = speaker[byte] ?? 0;
  }
}

const freeId = '~call~00000000000000';
const freeSpeaker = '~speaker~000000000';

/** Every fourth document has its call's id behind the words: the papers promise no order of keys. */
function write(account: Account, number: number): Document {
  const transcript = monologues(account, number);
  const text = JSON.stringify(number % 4 === 3 ? { transcript, callId: freeId } : { callId: freeId, transcript });
  const bytes = Buffer.from(text);
  const speakerAt = new Int32Array(transcript.length);
  const speaker = new Uint8Array(transcript.length);
  let at = -1;
  for (let i = 0; i < transcript.length; i++) {
    at = bytes.indexOf(freeSpeaker, at + 1, 'latin1');
    speakerAt[i] = at;
    speaker[i] = (bytes[at + freeSpeaker.length] ?? 0x30) - 0x30;
  }
  return { bytes, idAt: bytes.indexOf(freeId, 0, 'latin1'), speakerAt, speaker };
}

function monologues(account: Account, number: number) {
  const count = 204 + (dice(account.seed, number, 100) % 81);
  const each = Math.floor((secondsOf(account, number) * 1000) / count);
  return Array.from({ length: count }, (_, index) => {
    const roll = dice(account.seed, number * 1000 + index, 101);
    const start = index * each + (roll % 400);
    const middle = start + Math.floor(each * 0.4);
    const sentences =
      roll % 4 === 0
        ? [sentence(start, middle, roll >>> 3), sentence(middle + 40, start + Math.floor(each * 0.8), roll >>> 9)]
        : [sentence(start, start + Math.floor(each * 0.8), roll >>> 3)];
    const speakerId = `${freeSpeaker}${(roll >>> 5) % 5}`;
    const topical = chance(account.seed, number * 1000 + index, 102) < 0.3;
    return topical ? { speakerId, topic: pick(topics, roll >>> 7), sentences } : { speakerId, sentences };
  });
}

function sentence(start: number, end: number, roll: number) {
  return { start, end, text: pick(phrases, roll) };
}

const topics = ['Objections', 'Pricing', 'Next Steps', 'Small Talk', 'Competition'] as const;

/** Some are traps for whoever looks for the ends of a document without reading its JSON. */
const phrases = [
  'No wait, I think we should check that out first.',
  'Right, and how many people on your side would use it every day?',
  'Yes.',
  'She said "forty thousand", and then she said \\ nothing.',
  'Könnten wir das nächste Woche mit Zoë besprechen?',
  'So what we usually do is start with one team and then grow from there.',
  'The field was called {"callId":"12345"}, curly brackets and all ]}.',
  'それは来週までに確認しておきます。',
  'Great 👍 let me share my screen.',
  'I would have to ask legal about that, honestly.',
  'Mhm, okay.',
  'Can you hear me now? I think my microphone was off for a moment.',
  'What does the price look like if we sign for two years instead of one?',
  'Let me write that down.',
  'It broke\nright in the middle\tof the demo.',
  "That's fair, it's the third time that somebody tells us so this month.",
] as const;
