/** Every platform, by values that are entered: its hub killed again and again, and three requests in a hundred gone wrong. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ask, subscribe } from '../kit/client.js';
import { freshDatabase } from '../kit/database.js';
import { hubEnv } from '../kit/hub.js';
import { type Played, playedPlatforms, startPlatformSandbox } from '../kit/platforms.js';
import { startHubProcess } from '../kit/processes.js';
import { startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

const share = Number(process.env.SOAK_SHARE ?? 1);
const kills = Math.max(1, Math.round(10 * share));
const calls = 100 * (kills + 1);
const faults = { error500: 0.01, error502: 0.01, cut: 0.01, deadCursors: 0.01, latencyMs: 20 };

describe.each(await playedPlatforms())('$id', platform => {
  test(`is read to its end through ${kills} kills and 3 % faults`, { timeout: 900_000 }, async () => {
    const { adminKey, database, sandbox, start } = await world(platform);
    let hub = await start();
    const through = {
      ask: (query: string, variables: object = {}) => ask(hub.url, adminKey, query, variables),
      subscribe: (query: string, variables: Record<string, unknown> = {}) =>
        subscribe(hub.url, adminKey, query, variables),
      url: '',
    };
    const way = platform.ways.find(({ kind }) => kind !== 'oauth2');
    if (way === undefined) throw new Error('There is no way in by values.');
    const { customerId, connectionId } = await way.connect(through, sandbox);
    sandbox.setFaults(faults);
    sandbox.resetLedger();
    const importId = await startImport(through, sandbox, connectionId);

    for (let kill = 1; kill <= kills; kill++) {
      const wanted = Math.floor((kill * calls) / (kills + 1));
      await until(`${wanted} calls`, async () => (await stored()) >= wanted, 120_000);
      hub.kill('SIGKILL');
      await hub.ended;
      hub = await start();
    }
    const last = (await watchToEnd(through, importId)).at(-1);

    const held = await database.query<{ id: string }>('select external_id as id from calls where customer_id = $1', [
      customerId,
    ]);
    const { requests, repeatedPages, repeatedTranscripts } = sandbox.judge();
    console.info(
      `${platform.id}: ${held.length} of ${calls} calls, ${kills} kills, ${requests} requests, ` +
        `${repeatedPages} pages and ${repeatedTranscripts} transcripts fetched again`,
    );
    hub.kill('SIGTERM');
    await hub.ended;
    await sandbox.close();
    await database.drop();
    expect(last).toMatchObject({ status: 'COMPLETED', stored: calls, found: calls, unusable: 0 });
    expect(held.map(({ id }) => id).toSorted()).toEqual([...sandbox.truth()].toSorted());
    // A kill costs the page in hand, or what is looked up side by side of it; a dead cursor or a cut a little more.
    expect(repeatedTranscripts).toBeLessThan(calls / 2);

    async function stored(): Promise<number> {
      const [run] = await database.query<{ stored: number }>('select stored from runs where owner_id = $1', [importId]);
      return run?.stored ?? 0;
    }
  });
});

async function world(platform: Played) {
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const database = await freshDatabase();
  const sandbox = await startPlatformSandbox(platform, { calls, limits: 'off' });
  const limits = `PLATFORM_${platform.id.toUpperCase().replaceAll('-', '_')}_LIMITS`;
  const env = { ...hubEnv(database.url, adminKey), ...sandbox.env, [limits]: 'off' };
  return { adminKey, database, sandbox, start: () => startHubProcess(env) };
}
