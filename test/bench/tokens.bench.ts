import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { playRounds } from '../faults/tokens/callers.js';
import { openTokenWorld } from '../faults/tokens/world.js';
import { startKeeper } from '../kit/keeper-processes.js';
import { addConnections } from '../kit/add-connections.js';

const [rounds, callers] = [20, 1_000];

test.each([50, 1_000, 5_000])(
  `${callers} callers of an expired token in 3 processes, ${rounds} rounds, at %i ms`,
  async latencyMs => {
    const world = await openTokenWorld();
    const env = { ...world.env, PATCHBAY_ROLE: 'api' };
    const processes = await Promise.all([1, 2, 3].map(() => startKeeper(env)));
    const played = await playRounds(world, processes, { rounds, callers, latencyMs });
    await Promise.all(processes.map(each => each.end()));
    await world.close();

    const worst = Math.max(...played.map(({ lastMs }) => lastMs));
    const goal = latencyMs * 1.15 + 100;
    console.info(
      `last caller after ${worst.toFixed(0)} ms at most (goal ${goal.toFixed(0)}), ${played.reduce((sum, each) => sum + each.failures, 0)} failures`,
    );
    for (const { refreshes, failures, tokens } of played)
      expect({ refreshes, failures, tokens }).toEqual({ refreshes: 1, failures: 0, tokens: 1 });
    expect(worst).toBeLessThanOrEqual(goal);
  },
);

const [connections, lifeSeconds] = [10_000, 120];

test(`${connections} connections with tokens of ${lifeSeconds} seconds, kept fresh by one process`, async () => {
  const seconds = Number(process.env['BENCH_SECONDS'] ?? 300);
  const world = await openTokenWorld({ accessSeconds: lifeSeconds });
  const worker = await startKeeper({ ...world.env, PATCHBAY_ROLE: 'worker' });
  await addConnections(world, connections, lifeSeconds);
  const [before, cpuBefore] = [world.gong.asked.length, await worker.cpuSeconds()];
  let [ended, latest, least] = [0, 0, lifeSeconds];
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    await sleep(2_000);
    const [now] = await world.hub.database.query<{ ended: number; late: number; least: number }>(
      `select count(*) filter (where access_expires_at <= clock_timestamp())::int as ended,
         coalesce(max(extract(epoch from clock_timestamp() - due_at)), 0)::float8 as late,
         min(extract(epoch from access_expires_at - clock_timestamp()))::float8 as least from credentials`,
    );
    ended = Math.max(ended, now?.ended ?? 0);
    latest = Math.max(latest, now?.late ?? 0);
    least = Math.min(least, now?.least ?? lifeSeconds);
  }
  const [refreshes, cpu] = [world.gong.asked.length - before, (await worker.cpuSeconds()) - cpuBefore];
  await worker.end();
  await world.close();

  console.info(
    `${refreshes} refreshes in ${seconds} s (${(refreshes / seconds).toFixed(0)} a second), the latest ${latest.toFixed(1)} s after it was due, ` +
      `no token with less than ${least.toFixed(0)} s left, ${ended} ended; ${((cpu / refreshes) * 1_000).toFixed(2)} s of processor for 1,000 refreshes`,
  );
  expect(ended).toBe(0);
});
