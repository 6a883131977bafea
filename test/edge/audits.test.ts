import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../kit/hub.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await testHub();
});
afterAll(() => hub.close());

test('keeps to GraphQL over HTTP, as its audits have it', async () => {
  const results = await auditServer({
    url: `${hub.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...(init.headers as object), authorization: `Bearer ${hub.adminKey}` } }),
  });

  const counts = { ok: 0, notice: 0, warn: 0, error: 0 };
  for (const { status } of results) counts[status] += 1;
  const told = results.flatMap(result =>
    result.status === 'ok' ? [] : [`${result.status} ${result.name}: ${result.reason}`],
  );
  console.info(`${results.length} audits: ${JSON.stringify(counts)}\n${told.join('\n')}`);
  expect(counts.error).toBe(0);
  expect(results.length).toBeGreaterThanOrEqual(60);
  expect(counts.warn).toBeLessThanOrEqual(3);
});
