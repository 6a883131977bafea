import { afterAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import {
  type Connected,
  linesOf,
  type Played,
  playedPlatforms,
  type PlatformSandbox,
  startPlatformSandbox,
  type Way,
} from '../kit/platforms.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startImport, watchToEnd } from '../kit/trip.js';

/** The platform's own limits demand at least this, so that their windows fill up and empty again. */
const leastFloorSeconds = 25;
const goal = 0.9;

interface Figure {
  readonly platform: string;
  readonly 'way in': string;
  readonly calls: string;
  readonly transcripts: string;
  readonly requests: number;
  readonly seconds: string;
  readonly efficiency: string;
  readonly '429': number;
  readonly lines: number;
}

const figures: Figure[] = [];
afterAll(() => console.table(figures));

test.each(await playedPlatforms())(
  '$id, by every way in, keeps its own limits busy and is never told to slow down',
  async platform => {
    const stages: Stage[] = [];
    try {
      // One after the other, since that is work; then all together, since that is mostly waiting.
      for (const way of platform.ways) stages.push(await open(platform, way));
      const measured = await Promise.all(stages.map(measure));

      figures.push(...measured);
      for (const { efficiency, 'way in': way, '429': tooMany } of measured) {
        expect(Number(efficiency), way).toBeGreaterThanOrEqual(goal);
        expect(tooMany, way).toBe(0);
      }
    } finally {
      for (const { hub, sandbox } of stages) {
        await hub.close();
        await sandbox.close();
      }
    }
  },
);

/** A hub and a platform of its own for one way in, connected. */
interface Stage extends Connected {
  readonly platform: Played;
  readonly way: Way;
  readonly calls: number;
  readonly hub: TestHub;
  readonly sandbox: PlatformSandbox;
}

async function open(platform: Played, way: Way): Promise<Stage> {
  const calls = enoughCalls(platform, way);
  const window = { from: '2025-09-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
  const sandbox = await startPlatformSandbox(platform, { calls, ...window, withoutTranscript: 0.1 });
  const hub = await testHub(sandbox.env, { resolvers: [SignInResolver] });
  return { platform, way, calls, hub, sandbox, ...(await way.connect(hub, sandbox)) };
}

async function measure({ platform, way, calls, hub, sandbox, customerId, connectionId }: Stage): Promise<Figure> {
  sandbox.resetLedger();
  const last = (await watchToEnd(hub, await startImport(hub, sandbox, connectionId))).at(-1);
  const { efficiency = 0, requests, spanSeconds, tooMany } = sandbox.judge();
  const held = await hub.database.query<{ id: string }>('select external_id as id from calls where customer_id = $1', [
    customerId,
  ]);
  expect(held.map(({ id }) => id).toSorted()).toEqual([...sandbox.truth()].toSorted());
  expect(last).toMatchObject({ status: 'COMPLETED', stored: calls, unusable: 0 });
  return {
    ...{ platform: platform.id, 'way in': way.label, calls: `${held.length} of ${calls}` },
    ...{ transcripts: String(last?.transcripts), requests, seconds: spanSeconds.toFixed(1) },
    ...{ efficiency: efficiency.toFixed(3), '429': tooMany, lines: linesOf(platform.id) },
  };
}

/** So many that the short limit which is reached first is reached often enough. */
function enoughCalls({ connector, simulator }: Played, way: Way): number {
  const method = connector.auth.find(({ label }) => label === way.label);
  const { callsPerPage = 100, transcriptsPerRequest = 100 } = simulator.thrift ?? {};
  const inline = connector.calls.inlineTranscript !== undefined && !method?.lacks?.includes('inline-transcripts');
  const year = { from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z', cursor: undefined, withTranscripts: inline };
  const lookups =
    connector.transcriptOfCall?.request('1') ?? connector.transcripts?.request({ ...year, externalIds: [] });
  const costs = [
    { group: connector.calls.request(year).group, each: 1 / callsPerPage },
    { group: lookups?.group, each: inline || lookups === undefined ? 0 : 1 / transcriptsPerRequest },
  ];
  const reached = simulator.limits
    .filter(({ seconds }) => seconds <= 60)
    .map(({ requests, seconds, group }) => {
      const counted = costs.filter(cost => group === undefined || cost.group === group);
      const perCall = counted.reduce((sum, { each }) => sum + each, 0);
      return ((Math.ceil(leastFloorSeconds / seconds) + 0.4) * requests) / perCall;
    });
  return Math.ceil(Math.min(...reached));
}
