import type { Socket } from 'node:net';
import { BSON } from 'mongodb';

export type Document = Record<string, any>;

const opMsg = 2013;
const opQuery = 2004;
const opReply = 1;
const moreToCome = 0b10;

/** Reads MongoDB's messages from a socket and writes what `answer` says to each command. */
export function speakMongo(socket: Socket, answer: (command: Document) => Document): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 16 && rest.length >= rest.readInt32LE(0)) {
      const length = rest.readInt32LE(0);
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      const reply = replyTo(message, answer);
      if (reply === 'unknown') socket.destroy();
      else if (reply !== undefined) socket.write(reply);
    }
  });
}

function replyTo(message: Buffer, answer: (command: Document) => Document): Buffer | undefined | 'unknown' {
  const id = message.readInt32LE(4);
  const code = message.readInt32LE(12);
  if (code === opMsg) {
    const reply = BSON.serialize(answer(readMsg(message)), { ignoreUndefined: true });
    // Flags, and the kind of the only section.
    return (message.readInt32LE(16) & moreToCome) === 0 ? frame(id, opMsg, Buffer.alloc(5), reply) : undefined;
  }
  if (code === opQuery) {
    const reply = BSON.serialize(answer(readQuery(message)), { ignoreUndefined: true });
    const head = Buffer.alloc(20);
    head.writeInt32LE(8, 0); // "await capable", as servers say
    head.writeInt32LE(1, 16); // documents
    return frame(id, opReply, head, reply);
  }
  return 'unknown';
}

function frame(responseTo: number, code: number, head: Buffer, body: Uint8Array): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + head.length + body.length, 0);
  header.writeInt32LE(responseTo, 8);
  header.writeInt32LE(code, 12);
  return Buffer.concat([header, head, body]);
}

/** One document, and lists of documents that belong into it by name. */
function readMsg(message: Buffer): Document {
  const command: Document = {};
  for (let at = 20; at < message.length; ) {
    const kind = message[at];
    const length = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + length);
    if (kind === 0) {
      Object.assign(command, BSON.deserialize(section));
    } else {
      const end = section.indexOf(0, 4);
      command[section.toString('utf8', 4, end)] = [...documentsIn(section.subarray(end + 1))];
    }
    at += 1 + length;
  }
  return command;
}

function* documentsIn(bytes: Buffer): Generator<Document> {
  for (let at = 0; at < bytes.length; at += bytes.readInt32LE(at)) {
    yield BSON.deserialize(bytes.subarray(at, at + bytes.readInt32LE(at)));
  }
}

/** The form of a driver's very first question. */
function readQuery(message: Buffer): Document {
  const nameEnd = message.indexOf(0, 20);
  return BSON.deserialize(message.subarray(nameEnd + 9));
}
