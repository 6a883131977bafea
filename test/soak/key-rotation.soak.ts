import { test } from 'vitest';
import { killRotations, rotateDuringImport } from '../kit/key-rotation.js';

test('a rotation during an import of 20,000 calls and 200 renewals of its credential', async () => {
  await rotateDuringImport({ calls: 20_000, renewals: 200 });
}, 1_800_000);

test('a rotation that is killed twenty times', async () => {
  await killRotations({ calls: 5_000, kills: 20 });
}, 1_800_000);
