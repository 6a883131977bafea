import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { openLedger } from '../../src/sandbox/ledger.js';

const entries = 20_000;

test('an entry of the ledger with 100 served ids takes about a kilobyte, so that 100,000 of them stay affordable', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const ids = Array.from({ length: 50_000 }, (_, index) => `1286771792877${String(index).padStart(7, '0')}`);
  const ledger = openLedger();
  const held = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = held();

  for (let i = 0; i < entries; i++) {
    const n = ledger.arrived({ at: i, method: 'POST', path: '/list', lateByMs: undefined, inForbiddenTime: false });
    const first = (i * 100) % ids.length;
    ledger.answered(n, { kind: 'list', status: 200, served: ids.slice(first, first + 100) });
  }

  const bytes = (held() - before) / entries;
  console.info(`${bytes.toFixed(0)} bytes an entry (goal 1,500)`);
  expect(bytes).toBeLessThan(1_500);
  const [last] = [...ledger.entries(entries - 1)];
  expect(last).toMatchObject({ n: entries, served: ids.slice(49_900, 50_000) });
});
