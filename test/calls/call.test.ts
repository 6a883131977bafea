import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import gong from '../../connections/gong/simulator.js';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';

const { golden } = gong;
/** Calls of the account, by their place in it, that the platform shows as something else. */
const [goldenCall, nonsense, speechless] = [4, 5, 6];

let accounts: GongAccounts;
let hub: TestHub;
let account: GongAccount;
let customerId: string;
let connectionId: string;
let importId: string;

beforeAll(async () => {
  accounts = await startGongAccounts();
  hub = await testHub(accounts.env);
  account = await accounts.open({ calls: 100, tamper: retell });
  ({ customerId, connectionId } = await connectedCustomer(hub, account));
  importId = await startImport(hub, account, connectionId);
  await watchToEnd(hub, importId);
});
afterAll(async () => {
  await hub.close();
  await accounts.close();
});

/** The golden call in place of one, and transcripts of forms that nobody knows. */
function retell(path: string, reply: any): unknown {
  const truth = account?.truth() ?? [];
  const [id, started] = [truth[goldenCall], '2026-01-08T10:00:00-08:00'];
  if (path === '/v2/calls/extensive') {
    const { metaData, ...rest } = golden.item as { metaData: object };
    const item = { ...rest, metaData: { ...metaData, id, started } };
    reply.calls = reply.calls.map((call: any) => (call.metaData.id === id ? item : call));
  }
  if (path === '/v2/calls/transcript') {
    reply.callTranscripts = reply.callTranscripts.map((entry: any) => {
      if (entry.callId === id) return { ...(golden.transcriptDocument as object), callId: id };
      if (entry.callId === truth[nonsense]) return { callId: entry.callId, transcript: 'to be announced' };
      return entry.callId === truth[speechless] ? { callId: entry.callId, transcript: [] } : entry;
    });
  }
  return reply;
}

const fields = `id platform externalId startedAt startedOffsetMinutes durationSeconds title medium direction link language
  participants { name email phone role affiliation } recordings { ref kind }
  transcript { language origin lines { speaker startSeconds endSeconds text } }
  provenance { text importId connectionId remoteId transcriptOrigin importedAt }`;

async function idOf(place: number): Promise<string> {
  const document = `query ($c: ID!, $e: String) { calls(customerId: $c, filter: { externalId: $e }) { nodes { id } } }`;
  const { calls } = await hub.ask(document, { c: customerId, e: account.truth()[place] });
  return calls.nodes[0].id;
}
const read = (id: string) => hub.graphql(`query ($id: ID!) { call(id: $id) { ${fields} } }`, { id });
const readings = (target: string) =>
  hub.database.query(`select actor from audit_entries where act = 'transcript.read' and target = $1`, [target]);

describe('one call', () => {
  test('is told in our words, with its participants, its transcript and where it comes from', async () => {
    const { data, errors } = await read(await idOf(goldenCall));
    expect(errors).toBeUndefined();
    const today = new Date().toISOString().slice(0, 10);
    const { call } = golden;
    expect(data.call).toMatchObject({
      ...{ platform: 'gong', externalId: account.truth()[goldenCall], durationSeconds: 460, title: call.title },
      ...{ startedAt: '2026-01-08T18:00:00.000Z', startedOffsetMinutes: -480, medium: 'MEETING', direction: null },
      ...{ link: call.link, language: 'en', recordings: [{ kind: 'video' }] },
      provenance: {
        ...{ text: `Imported from Gong on ${today}`, importId, connectionId, transcriptOrigin: 'platform' },
        remoteId: account.truth()[goldenCall],
      },
    });
    expect(data.call.participants).toEqual([
      {
        ...{ name: 'Peter Gibbons', email: 'peter@initech.example', phone: '+442071838750' },
        ...{ role: 'guest', affiliation: 'external' },
      },
      { name: 'Ada Lovelace', email: 'ada@sandbox.example', phone: null, role: 'host', affiliation: 'internal' },
      { name: 'Conference Room 4', email: null, phone: null, role: 'guest', affiliation: null },
    ]);
    expect(data.call.transcript).toEqual({
      ...{ language: 'en', origin: 'platform' },
      lines: [
        {
          ...{ speaker: 'Ada Lovelace', startSeconds: 1.23, endSeconds: 4.5 },
          text: 'Hello Peter. What would you say you do here?',
        },
        {
          ...{ speaker: 'Peter Gibbons', startSeconds: 460.23, endSeconds: 462.343 },
          text: 'No wait, I think we should check that out first.',
        },
      ],
    });
  });

  test('whose transcript has a form that nobody knows is readable but for the transcript', async () => {
    const { data, errors } = await read(await idOf(nonsense));
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['call', 'transcript'],
        extensions: { code: 'TRANSCRIPT_UNREADABLE', remedy: expect.stringContaining('Nothing is lost') },
      }),
    ]);
    expect(data.call).toMatchObject({
      externalId: account.truth()[nonsense],
      transcript: null,
      provenance: { transcriptOrigin: 'platform' },
    });
    expect(data.call.participants.length).toBeGreaterThan(0);
  });

  test('that nobody spoke on has a transcript without lines', async () => {
    const { data } = await read(await idOf(speechless));
    expect(data.call.transcript).toMatchObject({ origin: 'platform', lines: [] });
  });

  test('joins every line to a participant', async () => {
    const { data } = await read(await idOf(20));
    const names = data.call.participants.map(({ name }: { name: string }) => name);
    expect(data.call.transcript.lines.length).toBeGreaterThan(5);
    for (const { speaker } of data.call.transcript.lines) expect(names).toContain(speaker);
  });

  test('is noted in the audit trail each time its transcript is read, and only then', async () => {
    const id = await idOf(30);
    await hub.ask('query ($id: ID!) { call(id: $id) { title provenance { text } } }', { id });
    expect(await readings(`call ${id}`)).toEqual([]);
    await read(id);
    await read(id);
    expect(await readings(`call ${id}`)).toHaveLength(2);
    const { auditTrail } = await hub.ask('query ($c: ID) { auditTrail(customerId: $c) { intact } }', { c: customerId });
    expect(auditTrail.intact).toBe(true);
  });

  test.each([
    ['unknown', randomUUID()],
    ['no id at all', 'call'],
  ])('that is %s is not found', async (_, id) => {
    const { errors } = await read(id);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
  });
});

test('a whole page of transcripts is read in one transaction, and every reading is noted', async () => {
  const before = await hub.database.query<{ number: string }>(
    'select coalesce(max(number), 0) as number from audit_entries where customer_id = $1',
    [customerId],
  );
  const { data, errors } = await hub.graphql(
    `query ($c: ID!) { calls(customerId: $c, first: 100) { nodes { id transcript { lines { text } } provenance { text } } } }`,
    { c: customerId },
  );
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['TRANSCRIPT_UNREADABLE']);
  expect(data.calls.nodes).toHaveLength(100);
  const noted = await hub.database.query<{ target: string; transaction: string }>(
    `select target, xmin::text as transaction from audit_entries
     where act = 'transcript.read' and customer_id = $1 and number > $2`,
    [customerId, before[0]?.number],
  );
  expect(noted.map(({ target }) => target).toSorted()).toEqual(
    data.calls.nodes.map(({ id }: { id: string }) => `call ${id}`).toSorted(),
  );
  expect(new Set(noted.map(({ transaction }) => transaction)).size).toBe(1);
});
