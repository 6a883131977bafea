import { test } from 'vitest';
import { rollingRestart } from '../kit/rolling-restart.js';

test('a deployment in the middle of an import loses nothing, and everybody sees the end', async () => {
  await rollingRestart({ rounds: 1, subscribers: 20, calls: 600, latencyMs: 1_000 });
}, 300_000);
