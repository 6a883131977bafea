/**
 * The least that an importer of the same calls can do, as a program of its own: the same requests with as
 * many windows in flight, each transcript's bytes as they came by binary COPY into a bare table. No
 * encryption, no compression, no checks, no calls, no checkpoint; killed, it has to start again.
 *
 * node floor-importer.ts <platform url> <authorization> <from> <to> <database url> <windows> <windows in flight>
 */
import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Agent, request } from 'undici';

const [, , platform = '', authorization = '', from = '', to = '', databaseUrl = '', windows = '', inFlight = ''] =
  process.argv;
const batch = 100;

const agent = new Agent({ connections: 16, keepAliveTimeout: 10_000 });
const pool = new pg.Pool({ connectionString: databaseUrl, max: 6 });
await pool.query('create table floor (id text, document bytea)');
// Else PostgreSQL would compress what the platform wrote.
await pool.query('alter table floor alter column document set storage external');

async function ask(path: string, body?: object): Promise<Buffer> {
  const reply = await request(`${platform}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    dispatcher: agent,
  });
  return Buffer.from(await reply.body.arrayBuffer());
}

/** The documents of a reply, cut where brackets close; strings are jumped over. */
function* documents(reply: Buffer): Iterable<Buffer> {
  let at = reply.indexOf('"callTranscripts":[') + 19;
  while (reply[at] === 0x7b) {
    const start = at;
    for (let depth = 0; ; at++) {
      const c = reply[at];
      if (c === 0x22) {
        for (at = reply.indexOf(0x22, at + 1); isEscaped(reply, at); at = reply.indexOf(0x22, at + 1));
      } else if (c === 0x7b) depth++;
      else if (c === 0x7d && --depth === 0) break;
    }
    at++;
    yield reply.subarray(start, at);
    if (reply[at] === 0x2c) at++;
  }
}

function isEscaped(reply: Buffer, quote: number): boolean {
  let before = quote;
  while (reply[before - 1] === 0x5c) before--;
  return (quote - before) % 2 === 1;
}

const head = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const tail = Buffer.from([0xff, 0xff]);

async function copy(rows: Iterable<Buffer>, ids: readonly string[]): Promise<number> {
  const client = await pool.connect();
  const stream = client.query(copyFrom('copy floor (id, document) from stdin (format binary)'));
  stream.write(head);
  let written = 0;
  for (const document of rows) {
    const id = Buffer.from(ids[written++] ?? '');
    const row = Buffer.allocUnsafe(2 + 4 + id.length + 4);
    row.writeInt16BE(2, 0);
    row.writeInt32BE(id.length, 2);
    row.set(id, 6);
    row.writeInt32BE(document.length, 6 + id.length);
    stream.write(row);
    if (!stream.write(document)) await once(stream, 'drain');
  }
  stream.end(tail);
  await once(stream, 'finish');
  client.release();
  return written;
}

async function readWindow(filter: object): Promise<number> {
  let cursor: string | undefined;
  let written = 0;
  do {
    const contentSelector = { exposedFields: { parties: true } };
    const listed = JSON.parse((await ask('/v2/calls/extensive', { cursor, filter, contentSelector })).toString());
    const ids = (listed.calls as { metaData: { id: string } }[]).map(({ metaData }) => metaData.id);
    for (let i = 0; i < ids.length; i += batch) {
      const callIds = ids.slice(i, i + batch);
      written += await copy(documents(await ask('/v2/calls/transcript', { filter: { callIds } })), callIds);
    }
    cursor = listed.records.cursor;
  } while (cursor !== undefined);
  return written;
}

const begun = performance.now();
const cpu = process.cpuUsage();
const [start, end] = [Date.parse(from), Date.parse(to)];
const count = Number(windows);
const bound = (i: number) => new Date(Math.round((start + ((end - start) * i) / count) / 1_000) * 1_000).toISOString();
const waiting = Array.from({ length: count }, (_, i) => ({ fromDateTime: bound(i), toDateTime: bound(i + 1) }));
const written: number[] = [];
await Promise.all(
  Array.from({ length: Number(inFlight) }, async () => {
    for (let filter = waiting.pop(); filter !== undefined; filter = waiting.pop())
      written.push(await readWindow(filter));
  }),
);
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    written: written.reduce((sum, each) => sum + each, 0),
    seconds: (performance.now() - begun) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    peakMb: process.resourceUsage().maxRSS / 1_024,
  }),
);
await pool.end();
await agent.close();
