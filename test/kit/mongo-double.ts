/**
 * A MongoDB in memory, as far as Agenda needs one: the real driver talks to it over a real socket.
 *
 * It proves our wiring and the contract of our queue, not how MongoDB behaves. For that, the same
 * tests run against a MongoDB when `MONGODB_URL` is set.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Query } from 'mingo';
import { BSON } from 'mongodb';
import { type Document, speakMongo } from './mongo-double-wire.js';

export interface MongoDouble {
  /** Without a database name. Takes any login by the mechanism PLAIN, and none. */
  readonly url: string;
  /** Every command so far, with the collection it was for. May be emptied. */
  readonly commands: { readonly name: string; readonly collection: unknown; readonly body: Document }[];
  /** Set to be told of each command when it is done and before it is answered. */
  onDone: ((name: string) => void) | undefined;
  /** Forgets all documents. */
  lose(): void;
  close(): Promise<void>;
}

export async function startMongoDouble(): Promise<MongoDouble> {
  const collections = new Map<string, Document[]>();
  const sockets = new Set<Socket>();
  const commands: MongoDouble['commands'] = [];
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    speakMongo(socket, body => {
      const [name = '', collection] = Object.entries(body)[0] ?? [];
      commands.push({ name, collection, body });
      const reply = perform(name, body, collections);
      double.onDone?.(name);
      return reply;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const double: MongoDouble = {
    url: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}`,
    commands,
    onDone: undefined,
    lose: () => collections.clear(),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return double;
}

function perform(name: string, body: Document, collections: Map<string, Document[]>): Document {
  const command = commandsByName[name];
  if (command === undefined)
    return { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: `no such command: ${name}` };
  const key = `${body.$db}.${body[name]}`;
  const all = collections.get(key) ?? [];
  collections.set(key, all);
  try {
    return { ok: 1, ...command(body, all, key) };
  } catch (error) {
    return { ok: 0, code: 8, codeName: 'UnknownError', errmsg: String(error) };
  }
}

type Command = (body: Document, all: Document[], key: string) => Document;

const hello: Command = () => ({
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 25,
  readOnly: false,
  localTime: new Date(),
});

const commandsByName: Readonly<Record<string, Command>> = {
  hello,
  ismaster: hello,
  isMaster: hello,
  saslStart: () => ({ conversationId: 1, done: true, payload: new BSON.Binary(Buffer.alloc(0)) }),
  endSessions: () => ({}),
  createIndexes: () => ({ numIndexesBefore: 1, numIndexesAfter: 2 }),
  insert({ documents }, all) {
    all.push(...documents);
    return { n: documents.length };
  },
  find({ filter, sort, limit = 0 }, all, ns) {
    const found = select(all, filter, sort);
    const firstBatch = limit === 0 ? found : found.slice(0, Math.abs(limit));
    return { cursor: { id: BSON.Long.ZERO, ns, firstBatch } };
  },
  update({ updates }, all) {
    let n = 0;
    for (const { q, u, multi } of updates) {
      for (const one of select(all, q).slice(0, multi === true ? undefined : 1)) {
        change(one, u);
        n += 1;
      }
    }
    return { n, nModified: n };
  },
  delete({ deletes }, all) {
    let n = 0;
    for (const { q, limit } of deletes) {
      for (const one of select(all, q).slice(0, limit === 1 ? 1 : undefined)) {
        all.splice(all.indexOf(one), 1);
        n += 1;
      }
    }
    return { n };
  },
  findAndModify({ query, sort, update, new: after }, all) {
    const [one] = select(all, query, sort);
    if (one === undefined) return { value: null, lastErrorObject: { n: 0, updatedExisting: false } };
    const before = { ...one };
    change(one, update);
    return { value: after === true ? one : before, lastErrorObject: { n: 1, updatedExisting: true } };
  },
};

function select(all: readonly Document[], filter: Document = {}, sort: Document = {}): Document[] {
  const query = new Query(filter);
  return all.filter(one => query.test(one)).sort((a, b) => compare(a, b, sort));
}

/** Absent and null come first, as in MongoDB. Knows plain fields of one type. */
function compare(a: Document, b: Document, sort: Document): number {
  for (const [field, direction] of Object.entries(sort)) {
    const [x, y] = [a[field] ?? null, b[field] ?? null];
    const less = x === null ? y !== null : y !== null && x < y;
    const more = y === null ? x !== null : x !== null && x > y;
    if (less || more) return (less ? -1 : 1) * Number(direction);
  }
  return 0;
}

function change(one: Document, update: Document): void {
  for (const [operator, fields] of Object.entries<Document>(update)) {
    if (operator === '$set') Object.assign(one, fields);
    else if (operator === '$unset') for (const field of Object.keys(fields)) delete one[field];
    else throw new Error(`The double does not know ${operator}.`);
  }
}
