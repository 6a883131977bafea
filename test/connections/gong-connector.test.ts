import { describe, expect, test } from 'vitest';
import type { Ask, Request } from '#connector';
import gong from '../../connections/gong/connector.js';
import { PlatformError } from '../../src/core/errors.js';

const window = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };

test('sends the cursor in the body, beside the unchanged filter', () => {
  const [first, second] = [undefined, 'eyJh'].map(cursor => gong.calls.request({ ...window, cursor }));

  expect(JSON.parse(JSON.stringify(first))).toEqual({
    method: 'POST',
    path: '/v2/calls/extensive',
    body: {
      filter: { fromDateTime: window.from, toDateTime: window.to },
      contentSelector: { exposedFields: { parties: true } },
    },
  });
  expect(second).toEqual({ ...first, body: { ...(first?.body as object), cursor: 'eyJh' } });
});

test('asks for the transcripts of a hundred calls at once, ids as text', () => {
  const externalIds = Array.from({ length: 100 }, (_, i) => `184467440737095515${String(i).padStart(2, '0')}`);
  const request = gong.transcripts?.request({ externalIds, cursor: 'next' });

  expect(gong.transcripts?.batchSize).toBe(100);
  expect(request).toEqual({
    method: 'POST',
    path: '/v2/calls/transcript',
    body: { cursor: 'next', filter: { callIds: externalIds } },
  });
});

test('counts a window by one request, and nothing as none', () => {
  expect(gong.preview?.request(window)).toEqual({
    path: '/v2/calls',
    query: { fromDateTime: window.from, toDateTime: window.to },
  });
  expect(gong.preview?.count({ calls: [], records: { totalRecords: 1247 } })).toBe(1247);
  expect(gong.preview?.count(undefined)).toBe(0);
});

test('signs in with the key pair, though it was pasted with blanks around it', () => {
  const [way] = gong.auth;
  if (way.kind !== 'secret') throw new Error('the access key comes first');

  expect(way.fields.map(({ name }) => name)).toEqual(['key', 'secret']);
  expect(way.headers({ key: ' Aladdin', secret: 'open sesame\n' })).toEqual({
    authorization: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
  });
});

test("uses the tenant's own host once it is known", () => {
  const { baseUrl } = gong.http;
  if (typeof baseUrl === 'string') throw new Error('the base URL must depend on the settings');

  expect(baseUrl({})).toBe('https://api.gong.io');
  expect(baseUrl({ apiBaseUrl: 'https://company-17.api.gong.io' })).toBe('https://company-17.api.gong.io');
});

describe('reads the meaning of a refusal', () => {
  const verdict = (status: number, body: string) =>
    gong.http.verdicts?.find(rule => rule.status === status && (rule.body?.test(body) ?? true))?.verdict;

  test.each([
    [404, '{"errors":["No calls found corresponding to the provided filters"]}', 'empty'],
    [404, '{"errors":["No transcripts found corresponding to the provided filters"]}', 'empty'],
    [404, '<html>Not Found</html>', undefined],
    [400, '{"errors":["Failed to verify cursor"]}', 'restart'],
    [400, '{"errors":["fromDateTime is not a date"]}', undefined],
  ])('%i %s', (status, body, expected) => {
    expect(verdict(status, body)).toBe(expected);
  });
});

describe('checks a credential', () => {
  const workspaces = { workspaces: [{ id: '2', name: 'Sales' }] };

  test('by workspaces first, then the first page of users', async () => {
    const { ask, paths } = asking({
      '/v2/workspaces': workspaces,
      '/v2/users': { users: [{ emailAddress: 'a@acme.test' }] },
    });

    await expect(gong.check(ask)).resolves.toMatchObject({ id: '2', name: 'acme.test' });
    expect(paths).toEqual(['/v2/workspaces', '/v2/users']);
  });

  test('names the workspace when users are refused', async () => {
    const refused = new PlatformError('PERMISSION_MISSING', 'reconnect', 'Access denied');

    await expect(gong.check(asking({ '/v2/workspaces': workspaces, '/v2/users': refused }).ask)).resolves.toMatchObject(
      {
        id: '2',
        name: 'Sales',
      },
    );
  });

  test('does not take a fault for a refusal', async () => {
    const fault = new PlatformError('PLATFORM_UNREACHABLE', 'retry', 'No answer');

    await expect(gong.check(asking({ '/v2/workspaces': workspaces, '/v2/users': fault }).ask)).rejects.toBe(fault);
  });

  test('fails when the key itself is refused', async () => {
    const refused = new PlatformError('CREDENTIAL_REJECTED', 'reconnect', 'Access denied');

    await expect(gong.check(asking({ '/v2/workspaces': refused }).ask)).rejects.toBe(refused);
  });
});

function asking(replies: Record<string, unknown>): { ask: Ask<{ readonly apiBaseUrl: string }>; paths: string[] } {
  const paths: string[] = [];
  const send = async ({ path }: Request) => {
    paths.push(path);
    const reply = replies[path];
    if (reply instanceof Error) throw reply;
    return reply;
  };
  return { ask: { settings: {}, send }, paths };
}
