import { expect, test } from 'vitest';
import { expectTrueEnd, follow } from '../kit/followers.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { type HubProcesses, startHubProcesses } from './hub-processes.js';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.js';
import { median } from './usage.js';

const calls = 10_000;
const rounds = 3;
const few = 100;
const many = 1_000;
/** As many as one key may usually hold. */
const socketsPerKey = 10;

test(`an import is hardly slowed by ${few} subscribers, and ${many} all see its true end`, async () => {
  const sandbox = await startSandboxProcess(calls, 0);
  const hub = await startHubProcesses(1, { ...sandbox.env, PLATFORM_GONG_LIMITS: 'off' });
  const keys = await keysFor(hub, many);
  await watched(hub, sandbox, []);
  const [alone, accompanied]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    alone.push(await watched(hub, sandbox, []));
    accompanied.push(await watched(hub, sandbox, keys.slice(0, few)));
    console.info(`alone ${alone.at(-1)?.toFixed(2)} s, with ${few} subscribers ${accompanied.at(-1)?.toFixed(2)} s`);
  }
  const crowded = await watched(hub, sandbox, keys);
  await hub.end();
  await sandbox.end();

  const ratio = median(accompanied) / median(alone);
  console.info(
    `${few} subscribers: ${ratio.toFixed(3)} of the time without (goal 1.05); all of ${few} and of ${many} saw the true end; with ${many} ${crowded.toFixed(2)} s`,
  );
  expect(ratio).toBeLessThanOrEqual(1.05);
});

/** Seconds that an import of everything took a worker, by the database's clock. */
async function watched(hub: HubProcesses, sandbox: SandboxProcess, keys: readonly string[]): Promise<number> {
  const { connectionId } = await connectedCustomer(hub, sandbox);
  const importId = await startImport(hub, sandbox, connectionId);
  const [all] = await Promise.all([follow(hub, importId, keys), watchToEnd(hub, importId)]);
  expectTrueEnd(all, sandbox.calls);
  const [run] = await hub.database.query<{ seconds: number }>(
    'select extract(epoch from finished_at - started_at)::float as seconds from runs where owner_id = $1',
    [importId],
  );
  return run?.seconds ?? Number.NaN;
}

/** Keys for so many sockets, one for each. */
async function keysFor(hub: HubProcesses, sockets: number): Promise<string[]> {
  const keys: string[] = [];
  for (let n = 0; n < sockets / socketsPerKey; n++) {
    const { createApiKey } = await hub.ask(
      `mutation { createApiKey(input: { label: "subscriber ${n}", role: CS }) { secret } }`,
    );
    keys.push(...Array.from({ length: socketsPerKey }, () => createApiKey.secret as string));
  }
  return keys;
}
