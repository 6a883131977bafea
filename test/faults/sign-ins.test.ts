import { afterAll, beforeAll, expect, test } from 'vitest';
import { expected, playKill, type Purpose, type Step } from './sign-ins/kills.js';
import { openSignInWorld, type SignInWorld } from './sign-ins/world.js';

let world: SignInWorld;
beforeAll(async () => {
  world = await openSignInWorld();
});
afterAll(() => world?.close());

// Each step once; `npm run soak` plays each of them five times.
const share: readonly [Step, Purpose][] = [
  ['state claimed', 'reconnect'],
  ['platform acted', 'connect'],
  ['code exchanged', 'reconnect'],
  ['whoami answered', 'connect'],
  ['proposal stored', 'connect'],
  ['confirming', 'reconnect'],
  ['committing', 'reconnect'],
  ['confirmed', 'connect'],
];
test.each(share)('killed in the middle of a sign-in by link: %s, to %s', async (step, purpose) => {
  expect(await playKill(world, step, purpose)).toEqual(expected(step, purpose));
});
