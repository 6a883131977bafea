import { once } from 'node:events';
import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { buildApiSchema } from '../../src/api/index.js';
import { resolvers } from '../../src/app.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { addAlerts } from '../isolation/add-alerts.js';
import { createSync, steerSync } from '../kit/syncs.js';
import { connectGong, connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { attack } from './attacks.js';
import { type Pool, type Scribble, Scribbler } from './scribble.js';

/** `npm test` runs a share; the soak all 10,000. */
const runs = Number(process.env['FUZZ_RUNS'] ?? 1_200);
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_121);

let hub: TestHub;
let sandbox: GongSandbox;
let schema: GraphQLSchema;
let pool: Pool;
let socket: WebSocket;
let customerId: string;
let connectionId: string;
let syncId: string;
beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 20, broken: [1] });
  hub = await testHub({ ...sandbox.env, LOG_LEVEL: 'info' });
  schema = await buildApiSchema(resolvers);
  ({ customerId, connectionId } = await connectedCustomer(hub, sandbox));
  const importId = await startImport(hub, sandbox, connectionId);
  await watchToEnd(hub, importId);
  syncId = (await createSync(hub, { connectionId, schedule: { cadence: 'HOURLY' } })).id;
  const { calls } = await hub.ask(
    'query ($id: ID!) { calls(customerId: $id, first: 2) { nodes { id } pageInfo { endCursor } } }',
    { id: customerId },
  );
  pool = [customerId, connectionId, importId, calls.nodes[0].id, calls.pageInfo.endCursor];
  socket = new WebSocket(`${hub.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${hub.adminKey}` } }));
  await once(socket, 'message');
});
afterAll(async () => {
  socket?.close();
  await hub?.close();
  await sandbox?.close();
});

let asked = 0;

/** What was asked, and what the hub thinks of it. */
function told(scribble: Scribble): string {
  const errors = hub
    .logged()
    .split('\n')
    .filter(line => line.includes('"level":"error"'));
  return `Document ${asked} of seed ${seed}: ${JSON.stringify(scribble)}\n${errors.at(-1)?.slice(0, 1_500)}`;
}

function parsed(text: string, scribble: Scribble): any {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The answer is no JSON: ${text.slice(0, 500)}\n${told(scribble)}`);
  }
}

/** A minute is long for the busiest machine. */
async function inTime<T>(answer: Promise<T>, scribble: Scribble): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Nothing came back.\n${told(scribble)}`)), 60_000);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** Who watches connections, syncs or alerts hears nothing before one of them changes. */
async function hearing<T>(answer: Promise<T>): Promise<T> {
  let heard = false;
  const end = answer.finally(() => (heard = true));
  const soon = (): Promise<unknown> => Promise.race([end, new Promise(resolve => setTimeout(resolve, 250))]);
  for (await soon(); !heard; await soon()) {
    await connectGong(hub, sandbox, customerId);
    await steerSync(hub, 'pauseSync', syncId);
    await steerSync(hub, 'resumeSync', syncId);
    const { alert } = await addAlerts(hub.database, { customerId, connectionId, mark: 'a' });
    // A look of the hub's own may have ended it just before.
    await hub.graphql('mutation ($id: ID!) { acknowledgeAlert(id: $id) { id } }', { id: alert });
  }
  return end;
}

/** The first thing that the socket says about it. */
async function overSocket(scribble: Scribble): Promise<{ status: number; text: string }> {
  const { query, variables } = scribble;
  const id = `s${asked}`;
  const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
    const hear = (data: unknown): void => {
      const message = JSON.parse(String(data));
      if (message.id !== id) return;
      socket.off('message', hear);
      const { payload = {} } = message;
      resolve({ status: 200, text: JSON.stringify(message.type === 'error' ? { errors: payload } : payload) });
    };
    socket.on('message', hear);
    socket.once('close', code => reject(new Error(`The socket was closed with ${code}.\n${told(scribble)}`)));
  });
  socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query, variables } }));
  const answer = await (scribble.operation === 'subscription' ? hearing(answered) : answered);
  socket.removeAllListeners('close');
  socket.send(JSON.stringify({ type: 'complete', id }));
  return answer;
}

test(`${runs} documents that are right or nearly so are answered or refused, never broken by`, async () => {
  const times: number[] = [];
  const kinds = new Map<string, number>();
  const isGood = async (tape: number[]): Promise<void> => {
    const scribble = new Scribbler(schema, pool, tape).write();
    asked += 1;
    const startedAt = performance.now();
    const socketToo = scribble.operation === 'subscription' || asked % 5 === 0;
    const { status, text } = await inTime(
      socketToo ? overSocket(scribble) : attack(hub.url, hub.adminKey, { name: '', body: JSON.stringify(scribble) }),
      scribble,
    );
    if (scribble.operation !== 'subscription') times.push(performance.now() - startedAt);
    const { errors = [], data } = parsed(text, scribble);
    const codes = errors.map(({ extensions }: any) => extensions.code);
    for (const code of new Set<string>(codes.length === 0 ? ['answered'] : codes))
      kinds.set(code, (kinds.get(code) ?? 0) + 1);
    expect(status, told(scribble)).toBeLessThan(500);
    expect(codes, told(scribble)).not.toContain('INTERNAL');
    expect(codes, told(scribble)).not.toContain('UNAVAILABLE');
    expect(
      errors.every(({ extensions }: any) => extensions.remedy !== undefined),
      told(scribble),
    ).toBe(true);
    expect(errors.length > 0 || data != null, told(scribble)).toBe(true);
    expect(JSON.stringify(errors), told(scribble)).not.toMatch(
      /node_modules|\.[jt]s:\d|\n\s+at |select .* from |insert into|violates/,
    );
  };

  const tapes = fc.array(fc.nat(1_000_000), { minLength: 40, maxLength: 120, size: 'max' });
  await fc.assert(fc.asyncProperty(tapes, isGood), { seed, numRuns: runs, endOnFailure: true });

  const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
  const summary = [...kinds].toSorted((a, b) => b[1] - a[1]).map(([kind, count]) => `${kind} ${count}`);
  console.info(`fuzz: ${asked} documents, seed ${seed}, p99 ${p99.toFixed(0)} ms; ${summary.join(', ')}`);
  expect(kinds.get('answered')).toBeGreaterThan(runs / 10);
  expect(hub.logged()).not.toContain('a fault of ours');
}, 600_000);
