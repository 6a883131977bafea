import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { freshDatabase } from '../kit/database.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { startHubProcesses } from './hub-processes.js';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.js';
import { cpuSeconds, median, peakMb } from './usage.js';

const calls = 10_000;
const manyCalls = 50_000;
const rounds = 3;

interface Figures {
  readonly callsPerSecond: number;
  readonly cpuPerThousand: number;
  readonly peakMb: number;
}

test(`imports ${calls} calls with transcripts near the floor, within bounds of processor and memory`, async () => {
  const sandbox = await startSandboxProcess(calls, 0);
  const floors: Figures[] = [];
  const ours: Figures[] = [];
  // The sandbox writes its documents when it is first asked for them.
  await floor(sandbox);
  for (let round = 0; round < rounds; round++) {
    floors.push(await floor(sandbox));
    ours.push(await hub(sandbox));
    console.info(`floor ${words(floors.at(-1))}; hub ${words(ours.at(-1))}`);
  }
  await sandbox.end();
  const many = await startSandboxProcess(manyCalls, 0);
  const large = await hub(many);
  await many.end();

  const of = (figures: readonly Figures[], name: keyof Figures) => median(figures.map(each => each[name]));
  const ratio = of(ours, 'callsPerSecond') / of(floors, 'callsPerSecond');
  const growth = large.peakMb / of(ours, 'peakMb');
  console.info(
    `${ratio.toFixed(2)} of the floor (goal 0.45); processor ${of(ours, 'cpuPerThousand').toFixed(2)} s per 1,000 calls (goal 0.5), ` +
      `floor ${of(floors, 'cpuPerThousand').toFixed(2)}; peak ${of(ours, 'peakMb').toFixed(0)} MB (goal 300), ` +
      `${manyCalls} calls ${words(large)}, ${growth.toFixed(2)} of the peak (goal 1.1)`,
  );
  expect(ratio).toBeGreaterThanOrEqual(0.45);
  expect(of(ours, 'cpuPerThousand')).toBeLessThanOrEqual(0.5);
  expect(Math.max(...ours.map(each => each.peakMb))).toBeLessThanOrEqual(300);
  expect(growth).toBeLessThanOrEqual(1.1);
});

/** One import by a fresh worker, from the mutation to the end as the client sees it. */
async function hub(sandbox: SandboxProcess): Promise<Figures> {
  const processes = await startHubProcesses(1, { ...sandbox.env, PLATFORM_GONG_LIMITS: 'off' });
  const { pid } = processes.workers[0] as { pid: number };
  const { connectionId } = await connectedCustomer(processes, sandbox);
  const [begun, cpu] = [performance.now(), cpuSeconds(pid)];
  const seen = await watchToEnd(processes, await startImport(processes, sandbox, connectionId));
  const seconds = (performance.now() - begun) / 1_000;
  const used = cpuSeconds(pid) - cpu;
  const peak = peakMb(pid);
  const [stored] = await processes.database.query<{ n: number }>('select count(*)::int as n from transcripts');
  await processes.end();
  expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: sandbox.calls, transcripts: sandbox.calls });
  expect(stored?.n).toBe(sandbox.calls);
  return {
    callsPerSecond: sandbox.calls / seconds,
    cpuPerThousand: (used / sandbox.calls) * 1_000,
    peakMb: peak,
  };
}

async function floor({ url, authorization, window, calls }: SandboxProcess): Promise<Figures> {
  const database = await freshDatabase();
  const program = fileURLToPath(new URL('floor-importer.ts', import.meta.url));
  // As many windows as the hub plans for an import of this size, and as many in flight.
  const plan = [String(calls / 1_000), '4'];
  const args = [program, url, authorization, window.from, window.to, database.url, ...plan];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { written, seconds, ...used } = JSON.parse(stdout) as Readonly<Record<string, number>>;
  await database.drop();
  expect(written).toBe(calls);
  return {
    callsPerSecond: calls / (seconds ?? 0),
    cpuPerThousand: ((used['cpuSeconds'] ?? 0) / calls) * 1_000,
    peakMb: used['peakMb'] ?? 0,
  };
}

function words(figures: Figures | undefined): string {
  if (figures === undefined) return '';
  const { callsPerSecond, cpuPerThousand, peakMb: peak } = figures;
  return `${callsPerSecond.toFixed(0)} calls/s, ${cpuPerThousand.toFixed(2)} s per 1,000, ${peak.toFixed(0)} MB`;
}
