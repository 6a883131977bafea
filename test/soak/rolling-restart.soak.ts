import { test } from 'vitest';
import { rollingRestart } from '../kit/rolling-restart.js';

test('ten deployments during one import with 200 watchers', async () => {
  await rollingRestart({ rounds: 10, subscribers: 200, calls: 20_000, latencyMs: 1_500 });
}, 1_800_000);
