import { expect, test } from 'vitest';
import { openLedger } from '../../src/sandbox/ledger.js';

test('an entry with 100 served ids costs about a kilobyte, so that 100,000 of them stay affordable', () => {
  const ids = Array.from({ length: 50_000 }, (_, index) => `1286771792877${String(index).padStart(7, '0')}`);
  const ledger = openLedger();
  const before = process.memoryUsage();

  for (let i = 0; i < 20_000; i++) {
    const n = ledger.arrived({ at: i, method: 'POST', path: '/list', lateByMs: undefined, inForbiddenTime: false });
    const first = (i * 100) % ids.length;
    ledger.answered(n, { kind: 'list', status: 200, served: ids.slice(first, first + 100) });
  }

  const after = process.memoryUsage();
  const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  expect(grown / 20_000).toBeLessThan(1500);
  const [last] = [...ledger.entries(19_999)];
  expect(last).toMatchObject({ n: 20_000, served: ids.slice(49_900, 50_000) });
});
