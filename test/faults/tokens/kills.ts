import { type KeeperProcess, startKeeper } from '../../kit/keeper-processes.js';
import type { Rotation } from '../../kit/token-gong.js';
import { until } from '../../kit/until.js';
import { ended, type TokenWorld } from './world.js';

/**
 * Steps of a refresh, in order: the intent is written; the platform has the request; it has acted and its answer is on the
 * way; the answer is in memory; it is stored.
 */
export const crashes = ['claimed', 'arrived', 'acted', 'answered', 'committed'] as const;
export type Crash = (typeof crashes)[number];

export interface Verdict {
  readonly health: string;
  /** How often the token was presented that was being spent. */
  readonly presented: number;
  /** Of a connection that is broken. */
  readonly facts: number;
}

/** A process is killed at a step of its refresh; another one, which sweeps, finds what is left. */
export async function playKill(
  world: TokenWorld,
  survivor: KeeperProcess,
  rotation: Rotation,
  crash: Crash,
): Promise<Verdict> {
  const { gong } = world;
  gong.rotation = rotation;
  const held = await world.connected();
  const spent = held.family.refresh;
  await world.change(held.id, ended);
  const inChild = crash !== 'arrived' && crash !== 'acted';
  const victim = await startKeeper({ ...world.env, PATCHBAY_ROLE: 'api' }, inChild ? crash : undefined);
  const died = new Promise(resolve => victim.child.once('exit', resolve));
  if (!inChild) {
    gong.onToken = async (when, family) => {
      if (when !== crash || family !== held.family) return;
      gong.onToken = undefined;
      victim.child.kill('SIGKILL');
      await died;
      // The platform has read the request and goes on alone, or has not.
      if (crash === 'arrived') throw new Error('The connection is gone.');
    };
  }
  const took = await victim.take(held, 3).catch(() => undefined);
  if (took !== undefined) throw new Error(`Nobody was killed at ${crash}.`);
  await died;

  // What the lease waits for is time, and nothing else.
  await world.change(held.id, 'refresh_until = clock_timestamp(), due_at = clock_timestamp()');
  await until('the refresh to be over', async () => {
    const [row] = await world.hub.database.query<{ settled: boolean }>(
      `select (presented = 0 and due_at > clock_timestamp()) or rejected is not null as settled from credentials where connection_id = $1`,
      [held.id],
    );
    return row?.settled;
  });
  const taken = await survivor.take(held, 3);
  const health = await world.health(held.id);
  if ((health === 'VALID') !== (taken.failures === 0))
    throw new Error(`${health}, but ${taken.failures} callers failed.`);
  const facts = await world.hub.database.query(
    `select 1 from facts where kind = 'connection.broken' and connection_id = $1`,
    [held.id],
  );
  return { health, facts: facts.length, presented: held.family.presented.filter(token => token === spent).length };
}

/** Whom single use without grace leaves nothing: the platform acted, and its answer is gone. */
export function isLost(rotation: Rotation, crash: Crash): boolean {
  return rotation === 'strict' && (crash === 'acted' || crash === 'answered');
}
