/** Minutes of business as they are: nothing is leapt over, and platforms keep to the limits that they publish. */
import { setTimeout as pause } from 'node:timers/promises';
import { connect, shareOf } from './business-days.js';
import { testHub } from './hub.js';
import { playedPlatforms, type Played, startPlatformSandbox } from './platforms.js';
import { until } from './until.js';

const minuteMs = 60_000;

export interface MinutesOfPlatform {
  readonly platform: string;
  /** Calls of which an event told during these minutes, and those of them that never came. */
  readonly told: number;
  readonly missing: number;
  /** From sending the event to the store, in milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
  /** Refusals because of a limit. */
  readonly tooMany: number;
}

/** @param everySeconds how often a call ends, at each of the platforms. */
export async function liveMinutes(
  platforms: readonly string[],
  minutes: number,
  everySeconds: number,
): Promise<readonly MinutesOfPlatform[]> {
  const all = await playedPlatforms();
  const [from, to] = [Date.now() - 70 * minuteMs, Date.now() + (minutes + 5) * minuteMs];
  const opened = await Promise.all(
    platforms.map(async name => {
      const played = all.find(({ id }) => id === name) as Played;
      const sandbox = await startPlatformSandbox(played, {
        ...{ calls: Math.round((to - from) / everySeconds / 1_000), now: Date.now },
        ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
      });
      return { played, sandbox };
    }),
  );
  const hub = await testHub(Object.assign({}, ...opened.map(({ sandbox }) => sandbox.env)) as Record<string, string>);
  try {
    const lines = await Promise.all(opened.map(one => connect(hub, { ...one, clock: { now: Date.now } }, false)));
    const begun = Date.now();
    await pause(minutes * minuteMs);
    const ended = Date.now();
    return await Promise.all(
      lines.map(async ({ played: { id }, sandbox, customerId }) => {
        const sent = (sandbox.events?.ledger() ?? []).filter(
          ({ status, sentAt = 0 }) => status === 200 && sentAt >= begun && sentAt <= ended,
        );
        const first = new Map(sent.toReversed().map(({ about, sentAt = 0 }) => [about, sentAt]));
        const held = await until(
          'the last ones',
          async () => {
            const rows = await hub.database.query<{ id: string; at: number }>(
              `select external_id as id, (extract(epoch from imported_at) * 1000)::float8 as at from calls where customer_id = $1`,
              [customerId],
            );
            const at = new Map(rows.map(row => [row.id, row.at]));
            return (Date.now() - ended > minuteMs || [...first.keys()].every(call => at.has(call))) && at;
          },
          2 * minuteMs,
        );
        const waits = [...first].flatMap(([call, sentAt]) => {
          const at = held.get(call);
          // What was here when its recording was told of says nothing.
          return at === undefined || at < sentAt ? [] : [at - sentAt];
        });
        return {
          ...{ platform: id, told: first.size, missing: [...first.keys()].filter(call => !held.has(call)).length },
          ...{ p50: shareOf(waits, 0.5), p95: shareOf(waits, 0.95), most: shareOf(waits, 1) },
          tooMany: sandbox.judge().tooMany,
        };
      }),
    );
  } finally {
    await hub.close();
    await Promise.all(opened.map(({ sandbox }) => sandbox.close()));
  }
}
