import type { KeeperProcess } from '../../kit/keeper-processes.js';
import { slowly } from '../../kit/token-gong.js';
import { ended, type TokenWorld } from './world.js';

export interface Round {
  readonly refreshes: number;
  readonly failures: number;
  readonly tokens: number;
  readonly lastMs: number;
}

/** Callers of an expired token, spread over processes, again and again; the platform takes its time. */
export async function playRounds(
  world: TokenWorld,
  processes: readonly KeeperProcess[],
  { rounds, callers, latencyMs }: { readonly rounds: number; readonly callers: number; readonly latencyMs: number },
): Promise<Round[]> {
  const held = await world.connected();
  // The first look of a process opens connections to the database.
  await Promise.all(processes.map(each => each.take(held, 1)));
  world.gong.onToken = slowly(latencyMs);
  const played: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    await world.change(held.id, ended);
    const before = held.family.refreshes;
    const taken = await Promise.all(processes.map(each => each.take(held, Math.ceil(callers / processes.length))));
    played.push({
      refreshes: held.family.refreshes - before,
      failures: taken.reduce((sum, each) => sum + each.failures, 0),
      tokens: new Set(taken.flatMap(each => each.tokens)).size,
      lastMs: Math.max(...taken.map(each => each.lastMs)),
    });
  }
  world.gong.onToken = undefined;
  return played;
}
