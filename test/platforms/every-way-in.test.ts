/**
 * Every platform that can be imported from, by every way into it, through the public API and with the platform's own limits.
 * A small account: how well limits are used is measured by `npm run bench platforms`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Exchange } from '../../src/sandbox/sandbox.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type Played, playedPlatforms, type PlatformSandbox, startPlatformSandbox } from '../kit/platforms.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startImport, watchToEnd } from '../kit/trip.js';

const platforms = await playedPlatforms();
const ways = platforms.flatMap(platform =>
  platform.ways.map(way => ({ name: `${platform.id}: ${way.label}`, platform, way })),
);
/** The ways into an account share its limits. Together they stay below every limit of a minute, so that no test waits one. */
const calls = 20;

/** Accounts of other people, for whom other things hold. What comes late comes once, so each way has a lively one. */
const late = [3, 6, 9];
const accounts = { 'lively-oauth2': { late }, 'lively-entered': { late }, blind: { invisible: true } };

let hub: TestHub;
/** Told of every request that a platform has answered. */
let onExchange: (platform: Played, exchange: Exchange) => void = () => undefined;
const sandboxes = new Map<string, PlatformSandbox>();

beforeAll(async () => {
  await Promise.all(
    platforms.map(async platform =>
      sandboxes.set(
        platform.id,
        await startPlatformSandbox(platform, {
          ...{ calls, accounts, withoutTranscript: 0.2 },
          onExchange: exchange => onExchange(platform, exchange),
        }),
      ),
    ),
  );
  const env = Object.assign({}, ...[...sandboxes.values()].map(sandbox => sandbox.env)) as Record<string, string>;
  hub = await testHub(env, { resolvers: [SignInResolver] });
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([...sandboxes.values()].map(sandbox => sandbox.close()));
});

describe.each(ways)('$name', ({ platform, way }) => {
  test('brings all calls home, with all transcripts that exist', async () => {
    const sandbox = sandboxOf(platform);
    const { customerId, connectionId } = await way.connect(hub, sandbox);
    sandbox.resetLedger();

    const seen = await watchToEnd(hub, await startImport(hub, sandbox, connectionId));

    const { transcripts, requests } = sandbox.judge();
    const spoken = transcripts || Number(seen.at(-1)?.transcripts);
    expect(seen.at(-1)).toMatchObject({
      ...{ status: 'COMPLETED', stored: calls, found: calls, transcripts: spoken, unusable: 0, percent: 100, requests },
    });
    expect(spoken).toBeGreaterThan(calls / 2);
    expect(spoken).toBeLessThan(calls);
    expect(await heldBy(customerId)).toEqual([...sandbox.truth()].toSorted());
    expect(await readableTranscripts(customerId, platform)).toBe(spoken);

    const { medium } = platform.connector.calls;
    if (medium === undefined) return;
    const filter = { medium: medium === 'phone' ? 'MEETING' : 'PHONE' };
    const vain = await hub.refused('mutation ($input: CreateSyncInput!) { createSync(input: $input) { id } }', {
      input: { connectionId, schedule: { cadence: 'DAILY', at: '06:00' }, filter },
    });
    expect(vain.extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input.filter.medium' });
  });
});

/** Those that lead into accounts of other people too. */
const manyAccounts = ways.filter(
  ({ way, platform }) => way.kind === 'oauth2' || (way.kind === 'entered' && platform.simulator.oauth?.assertion),
);

describe.each(manyAccounts)('$name', ({ platform, way }) => {
  test('loses and doubles nothing when calls appear and the token ends while it is read', async () => {
    const sandbox = sandboxOf(platform);
    const { customerId, connectionId } = await way.connect(hub, sandbox, `lively-${way.kind}`);
    const before = sandbox.truth(undefined, undefined, `lively-${way.kind}`);
    sandbox.oauth?.resetLedger();
    let answered = 0;
    onExchange = of => {
      if (of !== platform || ++answered !== 2) return;
      sandbox.reveal();
      sandbox.oauth?.expire('access');
    };

    const seen = await watchToEnd(hub, await startImport(hub, sandbox, connectionId));

    const held = await heldBy(customerId);
    expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', unusable: 0 });
    expect(before.filter(id => !held.includes(id))).toEqual([]);
    expect(new Set(held).size).toBe(held.length);
    expect(before.length).toBe(calls - late.length);
    expect(sandbox.oauth?.ledger().map(({ outcome }) => outcome)).toContain('issued');
  });

  test('says so when the account shows no calls', async () => {
    const { connectionId } = await way.connect(hub, sandboxOf(platform), 'blind');

    const { connection } = await hub.ask('query ($id: ID!) { connection(id: $id) { warnings { code } } }', {
      id: connectionId,
    });

    expect(connection.warnings).toEqual([{ code: 'NO_CALLS_VISIBLE' }]);
  });
});

function sandboxOf({ id }: Played): PlatformSandbox {
  return sandboxes.get(id) as PlatformSandbox;
}

async function heldBy(customerId: string): Promise<string[]> {
  const rows = await hub.database.query<{ id: string }>('select external_id as id from calls where customer_id = $1', [
    customerId,
  ]);
  return rows.map(({ id }) => id).toSorted();
}

/** How many transcripts can be read, line by line, by those who ask. */
async function readableTranscripts(customerId: string, { simulator }: Played): Promise<number> {
  const { calls: page } = await hub.ask(
    `query ($customerId: ID!) {
      calls(customerId: $customerId, first: ${calls}) {
        nodes { durationSeconds durationMs participants { name } transcript { lines { speaker startSeconds text } } }
      }
    }`,
    { customerId },
  );
  const isExact = simulator.golden.call.durationMs !== undefined;
  expect(page.nodes.map(({ durationMs }: { durationMs: number | null }) => durationMs !== null)).toEqual(
    page.nodes.map(() => isExact),
  );
  for (const { durationMs, durationSeconds } of isExact ? page.nodes : [])
    expect(Math.abs(durationMs / 1_000 - durationSeconds)).toBeLessThanOrEqual(0.5);
  const spoken = page.nodes.filter((call: { transcript: unknown }) => call.transcript !== null);
  for (const { transcript, durationSeconds, participants } of spoken) {
    expect(durationSeconds).toBeGreaterThan(60);
    expect(participants.length).toBeGreaterThan(0);
    expect(transcript.lines.length).toBeGreaterThan(5);
    expect(transcript.lines.every((line: { speaker: string; text: string }) => line.speaker && line.text)).toBe(true);
  }
  return spoken.length;
}
