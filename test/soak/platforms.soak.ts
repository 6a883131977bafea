/** Every platform by every way in: its worker killed again and again, tokens ended in the middle, and three requests in a hundred gone wrong. */
import { afterAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';
import { type Played, playedPlatforms, startPlatformSandbox } from '../kit/platforms.js';
import { type HubProcess, startHubProcess } from '../kit/processes.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

const share = Number(process.env.SOAK_SHARE ?? 1);
const kills = Math.max(1, Math.round(10 * share));
const calls = 100 * (kills + 1);
const faults = { error500: 0.01, error502: 0.01, cut: 0.01, deadCursors: 0.01, latencyMs: 20 };

const figures: object[] = [];
afterAll(() => console.table(figures));

const ways = (await playedPlatforms()).flatMap(platform =>
  platform.ways.map(way => ({ name: `${platform.id}: ${way.label}`, platform, way })),
);
test.each(ways)('$name', { timeout: 900_000 }, async ({ platform, way }) => {
  const { hub, sandbox, close } = await world(platform);
  try {
    const { customerId, connectionId } = await way.connect(hub, sandbox);
    sandbox.setFaults(faults);
    sandbox.resetLedger();
    sandbox.oauth?.resetLedger();
    let worker: HubProcess = await startWorker(hub);
    const importId = await startImport(hub, sandbox, connectionId);

    for (let kill = 1; kill <= kills; kill++) {
      const wanted = Math.floor((kill * calls) / (kills + 1));
      await until(`${wanted} calls`, async () => (await stored(hub, importId)) >= wanted, 120_000);
      sandbox.oauth?.expire('access');
      worker.kill('SIGKILL');
      await worker.ended;
      worker = await startWorker(hub);
    }
    const last = (await watchToEnd(hub, importId)).at(-1);
    worker.kill('SIGTERM');
    await worker.ended;

    const held = await hub.database.query<{ id: string }>(
      'select external_id as id from calls where customer_id = $1',
      [customerId],
    );
    const { requests, tooMany, repeatedPages, repeatedTranscripts } = sandbox.judge();
    const tokens = sandbox.oauth?.ledger().length ?? 0;
    figures.push({
      ...{ platform: platform.id, 'way in': way.label, calls: `${held.length} of ${calls}`, kills, requests },
      ...{ 'pages again': repeatedPages, 'transcripts again': repeatedTranscripts, 'token requests': tokens },
      '429': tooMany,
    });
    expect(last).toMatchObject({ status: 'COMPLETED', stored: calls, found: calls, unusable: 0 });
    expect(held.map(({ id }) => id).toSorted()).toEqual([...sandbox.truth()].toSorted());
    // A kill costs the four pages in hand, or of each as many lookups as are kept at a time; a dead cursor or a cut a little more.
    expect(repeatedTranscripts).toBeLessThan((kills + 1) * 4 * (platform.connector.transcripts?.batchSize ?? 25));
    if (way.kind === 'oauth2') expect(tokens).toBeGreaterThan(0);
  } finally {
    await close();
  }
});

/** A hub that takes requests and leaves the work to processes that join it. */
async function world(platform: Played) {
  const sandbox = await startPlatformSandbox(platform, { calls, limits: 'off' });
  const limits = `PLATFORM_${platform.id.toUpperCase().replaceAll('-', '_')}_LIMITS`;
  const env = { ...sandbox.env, [limits]: 'off', PATCHBAY_ROLE: 'api' };
  const hub = await testHub(env, { resolvers: [SignInResolver] });
  const close = async (): Promise<void> => {
    await hub.close();
    await sandbox.close();
  };
  return { hub, sandbox, close };
}

function startWorker(hub: TestHub): Promise<HubProcess> {
  return startHubProcess({ ...hub.env, PATCHBAY_ROLE: 'worker' });
}

async function stored({ database }: TestHub, importId: string): Promise<number> {
  const [run] = await database.query<{ stored: number }>('select stored from runs where owner_id = $1', [importId]);
  return run?.stored ?? 0;
}
