import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KeeperProcess, startKeeper } from '../kit/keeper-processes.js';
import type { Rotation } from '../kit/token-gong.js';
import { playRounds } from './tokens/callers.js';
import { type Crash, isLost, playKill, type Verdict } from './tokens/kills.js';
import { openTokenWorld, type TokenWorld } from './tokens/world.js';

let world: TokenWorld;
let processes: KeeperProcess[];

beforeAll(async () => {
  world = await openTokenWorld();
  const roles = ['api', 'api', 'worker'];
  processes = await Promise.all(roles.map(role => startKeeper({ ...world.env, PATCHBAY_ROLE: role })));
});
afterAll(async () => {
  await Promise.all(processes.map(each => each.end()));
  await world.close();
});

test('1,000 callers of an expired token in 3 processes, 3 rounds: one refresh each, and everybody gets it', async () => {
  const rounds = await playRounds(world, processes, { rounds: 3, callers: 1_000, latencyMs: 100 });

  for (const { refreshes, failures, tokens } of rounds)
    expect({ refreshes, failures, tokens }).toEqual({ refreshes: 1, failures: 0, tokens: 1 });
});

describe('killed in the middle of a refresh', () => {
  // One of each kind of end; `npm run soak` plays every step against every platform, ten times each.
  const share: readonly [Rotation, Crash][] = [
    ['none', 'claimed'],
    ['strict', 'arrived'],
    ['strict', 'answered'],
    ['grace', 'acted'],
    ['replay', 'answered'],
  ];
  test.each(share)('%s, %s', async (rotation, crash) => {
    const [, , survivor] = processes as [KeeperProcess, KeeperProcess, KeeperProcess];

    expect(await playKill(world, survivor, rotation, crash)).toEqual<Verdict>(
      isLost(rotation, crash)
        ? { health: 'BROKEN', presented: 2, facts: 1 }
        : { health: 'VALID', presented: expect.any(Number), facts: 0 },
    );
  });
});
