import { afterAll, expect, test } from 'vitest';
import type { Connector } from '#connector';
import { requestsPerCall } from '../../src/catalog/throughput.js';
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
      // One after the other, since that is work; then all together where that is mostly waiting.
      for (const way of platform.ways) stages.push(await open(platform, way));
      const measured: Figure[] = [];
      if (!isBusy(platform)) measured.push(...(await Promise.all(stages.map(measure))));
      else for (const stage of stages) measured.push(await measure(stage));

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
  const window = { from: '2025-12-01T00:00:00Z', to: '2025-12-29T00:00:00Z' };
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

/** So many requests a second keep this one process at work, which plays the hubs and the platforms. */
const busyRate = 10;

function isBusy({ simulator }: Played): boolean {
  return simulator.limits.some(({ requests, seconds }) => requests / seconds > busyRate);
}

/** So many that the short limit which holds them up most is reached often enough. */
function enoughCalls({ connector, simulator }: Played, { label }: Way): number {
  const method = connector.auth.find(each => each.label === label) ?? connector.auth[0];
  const byThatWay: Connector = { ...connector, auth: [method] };
  const calls = simulator.limits
    .filter(({ seconds }) => seconds <= 60)
    .map(limit => {
      const windows = Math.ceil(leastFloorSeconds / limit.seconds) + 0.4;
      return (windows * limit.requests) / requestsPerCall(limit, byThatWay);
    });
  return Math.ceil(Math.min(...calls));
}
