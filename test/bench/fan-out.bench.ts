import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { expect, test } from 'vitest';
import type { RunSnapshot } from '../../src/runs/index.js';
import { startProcess } from '../kit/processes.js';
import { type HubProcesses, startHubProcesses } from './hub-processes.js';
import { cpuSeconds, median } from './usage.js';

const subscribers = 5_000;
/** So that those who listen are not what is measured. */
const processes = 2;
const rounds = 15;
const warmUps = 5;
const goal = 1.1;
const query =
  'subscription ($id: ID!) { importProgress(importId: $id) { status finished sequence stored found transcripts } }';

test(`${subscribers} subscribers hear an event as soon as from a bare graphql-ws`, async () => {
  const hub = await startHubProcesses(0, {});
  const owner = await aRun(hub);
  const bareEnv = { DATABASE_URL: hub.database.url, TOPIC: 'bare' };
  const bare = await startProcess(new URL('bare-graphql-ws.mjs', import.meta.url), bareEnv);
  const halls: readonly Hall[] = [
    { url: hub.url, pid: hub.api.pid, topic: `progress:${owner}`, ms: [], cpu: 0 },
    { url: bare.url, pid: bare.child.pid as number, topic: 'bare', ms: [], cpu: 0 },
  ];
  const audience = Array.from({ length: processes }, () =>
    fork(fileURLToPath(new URL('audience.mjs', import.meta.url))),
  );
  const wanted = { key: hub.adminKey, query, variables: { id: owner }, seats: subscribers / processes };
  for (const { url } of halls) await Promise.all(audience.map(one => told(one, url, { url, ...wanted })));
  const speaker = new pg.Client({ connectionString: hub.database.url });
  await speaker.connect();

  for (let sequence = 1; sequence <= warmUps + rounds; sequence += 1)
    for (const hall of halls) {
      const used = cpuSeconds(hall.pid);
      const heard = Promise.all(audience.map(one => told(one, hall.url)));
      const saidAt = performance.timeOrigin + performance.now();
      const news = JSON.stringify({ topic: hall.topic, message: snapshot(owner, sequence) });
      await speaker.query("select pg_notify('patchbay', $1)", [news]);
      const lastAt = Math.max(...(await heard));
      if (sequence <= warmUps) continue;
      hall.ms.push(lastAt - saidAt);
      hall.cpu += cpuSeconds(hall.pid) - used;
    }
  for (const one of audience) one.disconnect();
  await speaker.end();
  bare.kill('SIGTERM');
  await bare.ended;
  await hub.end();

  const [ours = Number.NaN, theirs = Number.NaN] = halls.map(({ ms }) => median(ms));
  const [cpu, theirCpu] = halls.map(hall => ((hall.cpu / rounds) * 1_000).toFixed(0));
  console.info(
    `${subscribers} subscribers: the last heard after ${ours.toFixed(0)} ms, from bare graphql-ws after ${theirs.toFixed(0)} ms; ` +
      `ratio ${(ours / theirs).toFixed(3)} (goal ${goal}); processor for an event ${cpu} and ${theirCpu} ms`,
  );
  expect(ours / theirs).toBeLessThanOrEqual(goal);
});

/** Where an event is told. */
interface Hall {
  readonly url: string;
  readonly pid: number;
  readonly topic: string;
  readonly ms: number[];
  cpu: number;
}

/** When the last of a process's subscribers has heard an event, or has sat down. */
function told(audience: ChildProcess, url: string, wanted?: object): Promise<number> {
  if (wanted !== undefined) audience.send(wanted);
  return new Promise((resolve, reject) => {
    const hear = (said: { readonly url: string; readonly lastAt: number; readonly problem?: string }): void => {
      if (said.problem !== undefined) reject(new Error(said.problem));
      if (said.url !== url) return;
      audience.off('message', hear);
      resolve(said.lastAt);
    };
    audience.on('message', hear);
  });
}

/** Something to follow that nobody works on. @returns the id to follow it by. */
async function aRun({ ask, database }: HubProcesses): Promise<string> {
  const { createCustomer } = await ask('mutation { createCustomer(input: { name: "A" }) { id } }');
  const [connection, owner] = [randomUUID(), randomUUID()];
  await database.query(
    `insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health,
      credential_checked_at, warnings, created_by) values ($1, $2, 'gong', '1', 'A', '{}', 'valid', now(), '[]', 'a')`,
    [connection, createCustomer.id],
  );
  await database.query(
    `insert into runs (id, customer_id, connection_id, owner_id, platform, account_id, window_from, window_to, with_transcripts, status)
      values ($1, $2, $3, $1, 'gong', '1', now(), now(), true, 'RUNNING')`,
    [owner, createCustomer.id, connection],
  );
  return owner;
}

function snapshot(ownerId: string, sequence: number): RunSnapshot {
  return {
    ...{ ownerId, status: 'RUNNING', finished: false, sequence, found: 10_000, stored: sequence * 100, added: 0 },
    ...{ transcripts: sequence * 100, unusable: 0, requests: sequence, callsPerSecond: 100, bindingLimit: null },
    ...{ waitReason: null, wakeAt: null, error: null, startedAt: null, finishedAt: null },
  } as RunSnapshot;
}
