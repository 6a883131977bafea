/**
 * The hostile list: each behaviour of a platform against a connection of its own, many at once, beside an import
 * from a platform that behaves. Everything ends in its budget, and nobody else notices.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchFor } from '../kit/watch.js';
import { list } from './list.js';
import { type Account, type HostilePlatform, startHostilePlatform, window } from './platform.js';
import { startMeasuredHub } from './process.js';
import type { Row } from './row.js';

/** Nothing takes a tenth of it; a busy machine may. */
const mostSeconds = 90;
/** One place of the worker's is the neighbour's. */
const atOnce = 7;
/** More than a page, and fetched this long after the import before, so that it is a neighbour and no burden. */
const [healthyCalls, pauseMs] = [120, 500];
/** What all of it together may add to the memory of the hub's process. */
const mostMegabytes = 600;

type Hub = Awaited<ReturnType<typeof startMeasuredHub>>;
interface Outcome {
  readonly end: object;
  readonly requests: number;
  readonly seconds: number;
}

let platform: HostilePlatform;
let hub: Hub;
const outcomes = new Map<string, Outcome>();
const healthy: object[] = [];
let [before, after] = [
  { peakMegabytes: 0, isPolluted: false },
  { peakMegabytes: 0, isPolluted: false },
];

beforeAll(async () => {
  platform = await startHostilePlatform();
  hub = await startMeasuredHub(platform.url);
  const neighbour = await connected(platform.open('healthy', healthyCalls, {}));
  healthy.push(await imported(neighbour.connectionId ?? ''));
  before = await hub.state();

  const rows = [...list.entries()];
  let busy = true;
  const beside = (async () => {
    while (busy) {
      healthy.push(await imported(neighbour.connectionId ?? ''));
      await pause(pauseMs);
    }
  })();
  const hand = async (): Promise<void> => {
    for (let next = rows.shift(); next !== undefined; next = rows.shift()) {
      const [index, row] = next;
      outcomes.set(row.name, await suffered(row, `${row.isSlow ? 'slow' : 'row'}-${index}`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
  busy = false;
  await beside;
  after = await hub.state();
}, 600_000);
afterAll(async () => {
  const good = list.filter(isGood).length;
  const most = Math.max(...[...outcomes.values()].map(({ seconds }) => seconds));
  process.stdout.write(
    `Hostile platforms: ${good} of ${list.length} behaviours ended as they should, the slowest in ${most.toFixed(1)} s. ` +
      `${healthy.length} healthy imports beside them. The hub's memory peaked at ${Math.round(after.peakMegabytes)} MB, ` +
      `${Math.round(after.peakMegabytes - before.peakMegabytes)} MB above its peak before.\n`,
  );
  await hub.close();
  platform.close();
});

test.each(list)('$name', row => {
  const { end, requests } = outcomes.get(row.name) as Outcome;

  expect(end).toEqual(row.ends);
  expect(requests).toBeLessThanOrEqual(row.requests);
});

test('a neighbour imports all its calls again and again', () => {
  const whole = { connects: true, status: 'COMPLETED', stored: healthyCalls, transcripts: healthyCalls };

  expect(healthy).toEqual(healthy.map(() => whole));
});

test('the memory of the hub stays within bounds, and its prototypes clean', () => {
  expect(after.peakMegabytes - before.peakMegabytes).toBeLessThan(mostMegabytes);
  expect(after.isPolluted).toBe(false);
});

test('nothing of it is a fault of ours', () => {
  expect(hub.output()).not.toContain('fault of ours');
});

function isGood(row: Row): boolean {
  const outcome = outcomes.get(row.name);
  if (outcome === undefined || outcome.requests > row.requests) return false;
  return JSON.stringify(sorted(outcome.end)) === JSON.stringify(sorted(row.ends));
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Connects an account and imports from it. */
async function suffered({ does }: Row, name: string): Promise<Outcome> {
  const account = platform.open(name, 3, does);
  const startedAt = performance.now();
  const { code, connectionId } = await connected(account);
  account.requests = connectionId === undefined ? account.requests : 0;
  const never = pause(mostSeconds * 1_000, { connects: true, status: 'under way for ever' }, { ref: false });
  const end =
    connectionId === undefined ? { connects: false, code } : await Promise.race([imported(connectionId), never]);
  return { end, requests: account.requests, seconds: (performance.now() - startedAt) / 1_000 };
}

async function connected(account: Account): Promise<{ readonly connectionId?: string; readonly code?: string }> {
  const { createCustomer } = await hub.ask('mutation { createCustomer(input: { name: "Acme" }) { id } }');
  const secret = Object.entries(account.secret).map(([name, value]) => ({ name, value }));
  const answer = await hub.graphql(
    `mutation ($input: ConnectWithSecretInput!) { connectWithSecret(input: $input) { id accountName } }`,
    { input: { customerId: createCustomer.id, platform: 'gong', secret } },
  );
  const { code, remedy } = answer.errors?.[0]?.extensions ?? {};
  if (code === undefined) return { connectionId: answer.data.connectWithSecret.id };
  return { code: remedy === undefined || remedy === '' ? `${code} without a remedy` : code };
}

/** Imports an account, and says how that ended in the words of the list. */
async function imported(connectionId: string) {
  const { startImport } = await hub.ask('mutation ($input: StartImportInput!) { startImport(input: $input) { id } }', {
    input: { connectionId, ...window },
  });
  // As if it had been tried for hours already, so that the next failure is the last.
  await hub.database.query('update runs set setbacks = 8 where owner_id = $1', [startImport.id]);
  const end = await watchFor(hub, startImport.id, ({ finished, status, problem, waitingUntil }) => {
    const standsStill = status === 'PAUSED' || (status === 'WAITING' && problem === null && isLater(waitingUntil));
    return finished || standsStill;
  });
  const { stored, status, transcripts, problem } = end;
  if (!status.startsWith('COMPLETED')) {
    if (problem === null) return { connects: true, status };
    return { connects: true, status, code: problem.remedy === '' ? 'no remedy' : problem.code };
  }
  const aside = status === 'COMPLETED' ? {} : { aside: await asideOf(startImport.id) };
  return { connects: true, status, stored, transcripts, ...aside };
}

/** Between a moment and a day from now. */
function isLater(waitingUntil: string): boolean {
  const awayMs = Date.parse(waitingUntil) - Date.now();
  return awayMs > 30_000 && awayMs <= 86_400_000;
}

async function asideOf(importId: string): Promise<string[]> {
  const { import: one } = await hub.ask(
    'query ($id: ID!) { import(id: $id) { unusable { nodes { stage code reason } } } }',
    { id: importId },
  );
  return one.unusable.nodes.map(
    ({ stage, code, reason }: Record<'stage' | 'code' | 'reason', string>) =>
      `${stage} ${reason === '' ? 'without a reason' : code}`,
  );
}
