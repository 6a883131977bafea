import 'reflect-metadata';
import { describe, expect, test } from 'vitest';
import { type Connector, notConnected } from '#connector';
import gong from '../../connections/gong/connector.js';
import { discover, matrix, matrixMarkdown } from '../../src/catalog/index.js';
import { matrixRow } from '../../src/catalog/matrix.js';
import { callsPerDayAtMost, requestsFor } from '../../src/catalog/throughput.js';

const silent = notConnected({
  id: 'silent',
  name: 'Silent | Line',
  kind: 'dialer',
  support: 'unsupported',
  caveat: 'It lists\nnothing.',
  wouldChangeIf: 'It did.',
  customerBrings: ['A key.'],
  docs: 'https://example.test',
  verifiedOn: '2026-11-21',
});

test('says what a connector can do, and by which way in', () => {
  expect(matrixRow(gong)).toMatchObject({
    id: 'gong',
    status: 'supported',
    capabilities: ['list-calls', 'transcripts', 'recording-references', 'preview'],
    authMethods: [
      {
        kind: 'secret',
        label: 'Access key',
        fields: [{ name: 'key' }, { name: 'secret' }],
        capabilities: ['list-calls', 'transcripts', 'recording-references', 'preview'],
      },
      {
        kind: 'oauth2',
        label: 'Sign in with Gong',
        fields: [],
        capabilities: ['list-calls', 'transcripts', 'recording-references', 'preview'],
      },
    ],
    limits: ['3 requests a second for the whole company', '10,000 requests a day for the whole company'],
    reachesBackDays: undefined,
    settleHours: 336,
    requestsPerThousandCalls: 20,
    callsPerDayAtMost: 500_000,
  });
});

test('promises nothing of a platform without a connector', () => {
  expect(matrixRow(silent)).toMatchObject({
    status: 'unsupported',
    caveat: 'It lists\nnothing.',
    wouldChangeIf: 'It did.',
    capabilities: [],
    authMethods: [],
    limits: [],
    callsPerDayAtMost: undefined,
  });
});

test('tells which checks of the conformance kit were skipped, and why', () => {
  const { preview: _, ...uncounted } = gong as Connector;
  const excused: Connector = { ...uncounted, exceptions: [{ check: 'dead-cursor', reason: 'Cursors live for ever.' }] };
  const row = matrixRow(excused);

  expect(row.exceptions).toContainEqual({ check: 'dead-cursor', reason: 'Cursors live for ever.' });
  expect(row.exceptions.map(({ check }) => check)).toContain('honest-preview');
  expect(matrixRow(gong).exceptions.map(({ check }) => check)).not.toContain('honest-preview');
  expect(matrixMarkdown([row])).toContain('dead-cursor: Cursors live for ever.');
});

test('loses a capability with the operation behind it', () => {
  const { preview: _, transcripts: __, ...mute } = gong;

  expect(matrixRow(mute as Connector).capabilities).toEqual(['list-calls', 'recording-references']);
});

describe('works out what the limits allow', () => {
  const { transcripts: _, ...untranscribed } = gong as Connector;

  test('without transcripts', () => {
    expect(requestsFor(untranscribed, 1_000)).toBe(10);
    expect(callsPerDayAtMost(untranscribed)).toBe(1_000_000);
  });

  test('with one transcript a request', () => {
    const slow: Connector = { ...untranscribed, transcripts: { ...(gong as Connector).transcripts!, batchSize: 1 } };

    expect(requestsFor(slow, 1_000)).toBe(1010);
    expect(callsPerDayAtMost(slow)).toBe(9_900);
  });

  test('with a pool that only transcripts draw from', () => {
    const pooled: Connector = {
      ...untranscribed,
      transcripts: {
        ...(gong as Connector).transcripts!,
        batchSize: 1,
        request: () => ({ path: '/t', group: 'heavy' }),
      },
      limits: [
        { requests: 10, seconds: 60, owner: 'user', group: 'heavy' },
        { requests: 1, seconds: 1, owner: 'user', group: 'never used' },
      ],
    };

    expect(callsPerDayAtMost(pooled)).toBe(14_400);
    expect(matrixRow(pooled).limits[0]).toBe('10 heavy requests a minute for each user');
  });

  test('with no published limit', () => {
    expect(callsPerDayAtMost({ ...untranscribed, limits: [] })).toBeUndefined();
  });
});

test('writes a table that a stray sign in a sentence cannot break', () => {
  const lines = matrixMarkdown([matrixRow(gong), matrixRow(silent)]).split('\n');
  const cells = (line: string | undefined) => line?.split(/(?<!\\)\|/).length;

  const [reached, others] = [lines.slice(0, 3), lines.slice(6, 9)];
  expect(lines.slice(9)).toEqual(['']);
  expect(new Set(reached.map(cells)).size).toBe(1);
  expect(new Set(others.map(cells)).size).toBe(1);
  expect(others[2]).toContain('Silent \\| Line');
  expect(others[2]).toContain('It lists nothing.');
});

test('says of every unsupported platform why, and what would change it', async () => {
  const rows = matrix(await discover());
  const unsupported = rows.filter(({ status }) => status === 'unsupported');

  expect(unsupported.length).toBeGreaterThanOrEqual(4);
  for (const { id, caveat, wouldChangeIf } of unsupported) {
    expect(caveat, id).toMatch(/^Not supported.*\.$/);
    expect(wouldChangeIf, id).toMatch(/.{20,}\.$/);
  }
});
