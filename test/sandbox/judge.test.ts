import { expect, onTestFinished, test } from 'vitest';
import { startGongSandbox } from '../kit/sandbox.js';
import { importRightly } from './right-importer.js';
import { importWithCursorInQuery } from './wrong-importers/cursor-in-query.js';
import { importInBurstsRightly, importInFixedWindows } from './wrong-importers/fixed-window-pacing.js';
import { importOneByOne } from './wrong-importers/one-transcript-request-per-call.js';
import type { Imported, Target } from './wrong-importers/target.js';

async function tried(
  importer: (target: Target) => Promise<Imported>,
  calls: number,
  limit = { requests: 50, seconds: 0.5 },
) {
  const sandbox = await startGongSandbox({ calls, limits: [limit], duplicates: 0.03, disorder: 40 });
  onTestFinished(() => sandbox.close());
  const imported = await importer({ ...sandbox, limit });
  const { convictions, ...measured } = sandbox.judge();
  return { imported, measured, convictions, crimes: convictions.map(({ crime }) => crime), truth: sandbox.truth() };
}

test('acquits an importer that does everything right, and finds it efficient', async () => {
  const { imported, measured, convictions, truth } = await tried(importRightly, 600, { requests: 3, seconds: 0.5 });

  expect(convictions).toEqual([]);
  expect(measured).toMatchObject({ tooMany: 0, inForbiddenTime: 0, repeatedPages: 0, repeatedTranscripts: 0 });
  expect(measured.requests).toBeLessThanOrEqual(measured.requestsAtMost);
  expect(measured.efficiency).toBeGreaterThan(0.7);
  expect(measured.efficiency).toBeLessThanOrEqual(1);
  expect([...imported.calls].sort()).toEqual([...truth].sort());
  expect(imported.transcripts.size).toBe(600);
});

test('convicts an importer that asks for one transcript at a time', async () => {
  const { crimes, measured, convictions } = await tried(importOneByOne, 120);

  expect(crimes).toEqual(['one-transcript-request-per-call']);
  expect(convictions[0]?.evidence).toContain('120 of 120');
  expect(measured.requests).toBeGreaterThan(measured.requestsAtMost);
});

test('convicts an importer that puts the cursor into the query', async () => {
  const { crimes, imported, convictions } = await tried(importWithCursorInQuery, 300);

  expect(crimes).toEqual(['cursor-in-query']);
  expect(convictions[0]?.evidence).toBe(
    '7 requests carried the cursor in the query; 7 of them got the first page once more',
  );
  expect(imported.calls.size).toBe(100);
});

// A busy machine may be too slow for the crime, here and below.
test('convicts an importer that counts in fixed windows, and acquits the same bursts in a sliding one', {
  retry: 5,
}, async () => {
  const limit = { requests: 8, seconds: 0.5 };

  const wrong = await tried(importInFixedWindows, 300, limit);
  const right = await tried(importInBurstsRightly, 300, limit);

  expect(wrong.crimes).toEqual(['fixed-window-pacing']);
  expect(wrong.measured.tooMany).toBeGreaterThan(0);
  expect(right.convictions).toEqual([]);
});

test('convicts an importer that does not pace at all, but not of counting in fixed windows', {
  retry: 5,
}, async () => {
  const unpaced = (target: Target) => importRightly({ ...target, limit: { requests: 1000, seconds: 0.001 } });

  const { crimes, measured } = await tried(unpaced, 300, { requests: 3, seconds: 0.5 });

  expect(crimes).toEqual(['no-pacing']);
  expect(measured.tooMany).toBeGreaterThan(0);
});
