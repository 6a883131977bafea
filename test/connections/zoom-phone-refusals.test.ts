/** What Zoom says no to, from the pretend platform through the engine: each with the remedy in the words of Zoom's own screens. */
import { expect, test } from 'vitest';
import type { SimulatedReply } from '#connector';
import connector from '../../connections/zoom-phone/connector.js';
import simulator from '../../connections/zoom-phone/simulator.js';
import { walk } from '../conformance/walk.js';
import { World, type WorldOptions } from '../conformance/world.js';

const subject = { folder: 'zoom-phone', connector, simulator };
const world = (options: WorldOptions = {}) => new World(subject, { calls: 40, ...options });

test.each([
  ['transcripts-404', undefined],
  ['transcripts-12000', /unable to transcribe/],
  ['transcripts-12001', /disabled.*Phone System Management > Company Info > Account Settings/],
  ['transcripts-12002', /still working on the transcript/],
])('%s leaves every call there, and says why its words are not', async (quirk, reason) => {
  const { calls, unusable } = await walk(world({ quirks: [quirk] }));

  expect(calls).toHaveLength(40);
  expect(calls.every(({ transcript }) => transcript === undefined)).toBe(true);
  expect(unusable.length).toBe(reason === undefined ? 0 : 40);
  for (const one of unusable) expect(one.reason).toMatch(reason ?? /never/);
});

test('a transcript that failed to download is asked for again', async () => {
  let failed = 0;
  const fails: SimulatedReply = {
    status: 400,
    kind: 'transcripts',
    body: { code: 12003, message: 'Transcripts failed to download.' },
  };
  const of = world({
    fault: (_number, { path }) => (path.includes('/recording_transcript/') && failed++ < 3 ? fails : undefined),
  });

  const { calls, unusable } = await walk(of);

  expect(calls.every(({ transcript }) => transcript !== undefined)).toBe(true);
  expect(unusable).toEqual([]);
});

test.each([
  [
    400,
    { code: 4711, message: 'Invalid access token, does not contain scopes:[phone:read:list_call_logs:admin].' },
    /phone:read:list_call_logs:admin.*Marketplace/,
  ],
  [401, { code: 4700, message: 'Invalid access token, does not contain scopes.' }, /Marketplace/],
  [
    403,
    { code: 2031, message: 'Zoom Phone has not been enabled for this account.' },
    /Phone System Management > Users & Rooms/,
  ],
  [404, { code: 2013, message: 'No phone.' }, /Phone System Management > Users & Rooms/],
  [403, { code: 200, message: 'No permission.' }, /User Management > Roles/],
])('a listing that is refused with %i and %o is no dead credential', async (status, body, remedy) => {
  const of = world({ fault: () => ({ status, body, kind: 'list' }) });

  const refused = walk(of);

  await expect(refused).rejects.toMatchObject({
    code: 'PERMISSION_MISSING',
    recovery: 'reconnect',
    remedy: expect.stringMatching(remedy),
  });
});

test('a token that has ended is renewed, or the account connected again', async () => {
  const of = world({
    fault: () => ({ status: 401, body: { code: 124, message: 'Access token is expired.' }, kind: 'list' }),
  });

  await expect(walk(of)).rejects.toMatchObject({ code: 'CREDENTIAL_REJECTED', recovery: 'reconnect' });
});

test.each(['lists-all', 'old-copies', 'slashed-ids', 'clips-windows'])('%s changes nothing', async quirk => {
  const of = world({ quirks: [quirk], withoutTranscript: 0.3 });

  const { ids, unusable } = await walk(of);

  expect(new Set(ids)).toEqual(new Set(of.ids));
  expect(unusable).toEqual([]);
});

test('a token of the listing that is older than a quarter of an hour begins its part of the window anew', async () => {
  const of = world({ calls: 250, recordsPerPage: 40 });
  let pages = 0;

  const { ids, restarts } = await walk(of, undefined, undefined, () => {
    if (++pages === 2) of.time.ms += 901_000;
  });

  expect(restarts).toBe(1);
  expect(new Set(ids)).toEqual(new Set(of.ids));
});

test('all waits and all leave go by the labels that Zoom gives its requests', async () => {
  const of = world();
  await of.check();
  await walk(of);
  const asked = of.seen
    .filter(({ isFile }) => !isFile)
    .map(({ url }) => new URL(url).pathname.split('/').slice(1, 3).join('/'));

  expect([...new Set(asked)]).toEqual(['users/me', 'phone/call_history', 'phone/recording_transcript']);
  expect(of.seen.some(({ status }) => status === 429)).toBe(false);
});

test('a call whose recording appears between the one list and the other is not missed', async () => {
  const of = world();
  const [id] = of.ids;
  const seen = new Set<string | null>();
  const isLate = (row: { readonly call_history_uuid: string }) => row.call_history_uuid === id;
  of.fault = (_number, request) => {
    if (request.path !== '/phone/call_history') return undefined;
    const slice = request.query.get('from');
    const isRecordedByNow = seen.has(slice);
    seen.add(slice);
    if (isRecordedByNow) return undefined;
    const rowsOf = (status: string) => {
      const query = new URLSearchParams(request.query);
      query.set('recording_status', status);
      return of.simulator.answer({ ...request, query }).body as {
        readonly call_history: readonly { readonly call_history_uuid: string }[];
      };
    };
    const asked = request.query.get('recording_status') ?? '';
    const { call_history: rows, ...rest } = rowsOf(asked);
    const moved = asked === 'recorded' ? [] : rowsOf('recorded').call_history.filter(isLate);
    const late = moved.map(row => ({ ...row, recording_status: 'non_recorded' }));
    const body = { ...rest, call_history: [...late, ...rows.filter(row => !isLate(row))] };
    return { status: 200, kind: 'list', body };
  };

  const { ids } = await walk(of);

  expect(id).toBeDefined();
  expect(new Set(ids)).toEqual(new Set(of.ids));
});

test('recordings whose transcription was switched off hide no other words, however many come first', async () => {
  const off = new Set<string>();
  const of = world({
    fault(_number, { path }) {
      if (!path.includes('/recording_transcript/')) return undefined;
      if (off.size < 24) off.add(path);
      const body = { code: 12001, message: 'Admin has disabled this transcription.' };
      return off.has(path) ? { status: 400, kind: 'transcripts', body } : undefined;
    },
  });

  const { calls, unusable } = await walk(of);

  expect(new Set(unusable.map(({ stage }) => stage))).toEqual(new Set(['transcript']));
  expect(unusable.length).toBeLessThanOrEqual(24);
  expect(calls.filter(({ transcript }) => transcript !== undefined).length).toBeGreaterThanOrEqual(16);
});
