import 'reflect-metadata';
import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { discover, isConnector, matrix, matrixMarkdown } from '../../src/catalog/index.js';
import { connectorSource, platformsDirectory } from './made-up-platforms.js';

test('finds every folder of connections, in the order of their names', async () => {
  const entries = await readdir(new URL('../../connections/', import.meta.url), { withFileTypes: true });
  const folders = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);

  const found = [...(await discover()).keys()];

  expect(found).toEqual(folders.toSorted());
  expect(found).toContain('gong');
  expect(found.length).toBeGreaterThanOrEqual(7);
});

test('shows a made-up platform in the matrix as soon as its folder is there', async () => {
  const directory = await platformsDirectory({ 'aaa-first': { 'connector.js': connectorSource('aaa-first') } });

  const platforms = await discover([directory]);

  const first = matrix(platforms).find(({ id }) => id === 'aaa-first');
  expect(first).toMatchObject({
    id: 'aaa-first',
    status: 'supported',
    capabilities: ['list-calls', 'recording-references'],
  });
  expect(matrixMarkdown(matrix(platforms))).toContain('| [Made-up aaa-first](https://example.test/docs) | supported |');
});

test('takes a manifest without a connector', async () => {
  const source = `${connectorSource('mute', "const { manifest } = connector; manifest.support = 'unsupported'; manifest.caveat = 'No.';")}`;
  const directory = await platformsDirectory({
    mute: { 'connector.js': source.replace('export default connector', 'export default { manifest }') },
  });

  const platform = (await discover([directory])).get('mute');

  expect(platform && isConnector(platform)).toBe(false);
});

test('passes over loose files and hidden folders', async () => {
  const directory = await platformsDirectory({
    fine: { 'connector.js': connectorSource('fine'), 'map.js': '' },
    '.hidden': {},
  });

  expect((await discover([directory])).has('fine')).toBe(true);
});

describe('stops, naming the folder and what is wrong', () => {
  const unfit: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    ['no connector', { 'map.js': '' }, /there is no connector\.ts/],
    [
      'an id that is not the folder',
      { 'connector.js': connectorSource('other') },
      /manifest\.id is 'other', but must be the folder's name/,
    ],
    ['no default export', { 'connector.js': 'export const connector = {};' }, /neither a connector nor a manifest/],
    [
      'a default export that is text',
      { 'connector.js': "export default 'gone';" },
      /neither a connector nor a manifest/,
    ],
    [
      'a file that does not load',
      { 'connector.js': 'throw new Error("no such luck");' },
      /connector\.js cannot be loaded: no such luck/,
    ],
    ['no listing', { 'connector.js': connectorSource('bad', 'delete connector.calls;') }, /calls: /],
    [
      'no bound for late calls',
      { 'connector.js': connectorSource('bad', 'delete connector.calls.settleHours;') },
      /calls\.settleHours: /,
    ],
    [
      'an operation that is no function',
      { 'connector.js': connectorSource('bad', 'connector.check = 5;') },
      /check: must be a function/,
    ],
    ['an empty page', { 'connector.js': connectorSource('bad', 'connector.calls.pageSize = 0;') }, /calls\.pageSize: /],
    ['no way in', { 'connector.js': connectorSource('bad', 'connector.auth = [];') }, /auth: /],
    [
      'a sign-in that leads nowhere',
      { 'connector.js': connectorSource('bad', "connector.auth[0].kind = 'oauth2';") },
      /auth\.0/,
    ],
    [
      'two ways in of one name',
      { 'connector.js': connectorSource('bad', 'connector.auth.push(connector.auth[0]);') },
      /must not use a label twice/,
    ],
    [
      'half a transcript lookup',
      { 'connector.js': connectorSource('bad', 'connector.transcripts = { batchSize: 5 };') },
      /transcripts\.idKey: /,
    ],
    [
      'hosts for files under a whole top-level domain',
      { 'connector.js': connectorSource('bad', "connector.http.mediaDomains = ['test'];") },
      /http\.mediaDomains\.0: must be a domain below a top-level one/,
    ],
    [
      'a wait in a unit that nobody knows',
      { 'connector.js': connectorSource('bad', "connector.http.waits = [{ name: 'X-Reset', unit: 'days' }];") },
      /http\.waits\.0\.(name: must be in lower case|unit)/,
    ],
    [
      'a listing in a single part',
      { 'connector.js': connectorSource('bad', "connector.calls.parts = ['all'];") },
      /calls\.parts: /,
    ],
    [
      'half a lookup of details',
      { 'connector.js': connectorSource('bad', "connector.detailOfCall = { as: 'detail' };") },
      /detailOfCall\.key: must be a function/,
    ],
    [
      'details beside transcripts by the batch',
      {
        'connector.js': connectorSource(
          'bad',
          `const asks = () => ({});
           connector.detailOfCall = { as: 'detail', key: asks, request: asks };
           connector.transcripts = { batchSize: 5, items: ['x'], idKey: 'id', request: asks, page: asks, transcript: asks };`,
        ),
      },
      /must have transcriptOfCall beside detailOfCall/,
    ],
    [
      'an exception from what no platform is excused from',
      { 'connector.js': connectorSource('bad', "connector.exceptions = [{ check: 'canary', reason: 'No.' }];") },
      /exceptions\.0\.check: /,
    ],
    [
      'an exception without a reason',
      { 'connector.js': connectorSource('bad', "connector.exceptions = [{ check: 'dead-cursor', reason: ' ' }];") },
      /exceptions\.0\.reason: /,
    ],
    [
      'a date that never was',
      { 'connector.js': connectorSource('bad', "connector.manifest.verifiedOn = '2026-02-30';") },
      /manifest\.verifiedOn: must be a date/,
    ],
    [
      'operations nobody is promised',
      {
        'connector.js': connectorSource(
          'bad',
          "connector.manifest.support = 'unsupported'; connector.manifest.caveat = 'No.';",
        ),
      },
      /Unrecognized keys?: /,
    ],
    [
      'an unsupported platform without a reason',
      { 'connector.js': connectorSource('bad', "connector.manifest.support = 'unsupported';") },
      /manifest\.caveat: /,
    ],
  ];
  test.each(unfit)('%s', async (_, files, problem) => {
    const directory = await platformsDirectory({ bad: files });

    const refusal = await discover([directory]).then(
      () => undefined,
      (error: Error) => error,
    );

    expect(refusal?.message).toMatch(/^The platform folder platforms-[^/]+\/bad is not sound: .+\.$/);
    expect(refusal?.message).toMatch(problem);
  });

  test('a facet by a name that another platform has', async () => {
    const facet = `connector.facets = [{ ...connector.manifest, id: 'gong', medium: 'phone' }];`;
    const directory = await platformsDirectory({ second: { 'connector.js': connectorSource('second', facet) } });

    await expect(discover([directory])).rejects.toThrow(/Two platforms are called gong/);
  });

  test('two folders of one name', async () => {
    const directory = await platformsDirectory({ gong: { 'connector.js': connectorSource('gong') } });

    await expect(discover([directory])).rejects.toThrow(
      /\/gong is not sound: another directory holds a folder of this name/,
    );
  });
});
