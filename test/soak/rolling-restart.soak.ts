import { test } from 'vitest';
import { rollingRestart } from '../kit/rolling-restart.js';

const share = Number(process.env['SOAK_SHARE'] ?? 1);

test('ten deployments during one import with 200 watchers, a sync and the watch over everything', async () => {
  const [rounds, calls] = [Math.ceil(10 * share), Math.ceil(20_000 * share)];
  await rollingRestart({ rounds, subscribers: 200, calls, latencyMs: 1_500 });
}, 1_800_000);
