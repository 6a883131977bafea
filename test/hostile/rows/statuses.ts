import type { Behaviour } from '../platform.js';
import { always, complete, failed, first, givenUp, pauses, refused, row, waits } from '../row.js';

const page = (
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: unknown = { errors: [] },
): Behaviour => always('listing', { status, headers, body });
const later = (header: string): Behaviour => always('listing', { status: 429, headers: { 'retry-after': header } });
const once = (header: string): Behaviour => first('listing', { status: 429, headers: { 'retry-after': header } });
const to = (status: number, location: string): Behaviour => page(status, { location });

/** Statuses and headers that do not mean what they say. */
export const statuses = [
  row('nothing, with a body', page(204, {}, 'not nothing'), complete(0)),
  row('not changed, with a body', page(304, {}, 'changed'), failed),
  row('a status of 299', { listing: ({ good }) => ({ status: 299, body: good }) }, complete()),
  row('a status of 600', page(600), givenUp),
  row('a status of 999', page(999), givenUp),
  row('500 for ever', page(500), givenUp),
  row('501 for ever', page(501), givenUp),
  row('503 for ever, and to come back in ten years', page(503, { 'retry-after': '315360000' }), givenUp),
  row('408 for ever', page(408), givenUp),
  row('500 once', first('listing', { status: 500 }), complete()),
  row('400 for ever', page(400), failed),
  row('401 in the middle', page(401), pauses('CREDENTIAL_REJECTED')),
  row('403 for ever', page(403), pauses('PERMISSION_MISSING')),
  row('402 for ever', page(402), pauses('PERMISSION_MISSING')),
  row('401 once', first('listing', { status: 401 }), pauses('CREDENTIAL_REJECTED')),
  row('403 once', first('listing', { status: 403 }), complete()),
  row('404 on everything', { workspaces: () => ({ status: 404 }) }, refused('PLATFORM_CHANGED')),
  row('404 on pages', page(404), failed),
  row('410 on pages', page(410), failed),
  row('a redirect to itself', to(302, '/v2/calls/extensive'), failed),
  row('a redirect to this machine', to(307, 'http://127.0.0.1:1/'), failed),
  row('a redirect to the metadata of a cloud', to(301, 'http://169.254.169.254/latest/meta-data/'), failed),
  row('a redirect to another host', to(308, 'https://evil.example/'), failed),
  row('a redirect to a file', to(303, 'file:///etc/passwd'), failed),
  row(
    'redirects from one to the next',
    { listing: ({ number }) => ({ status: 302, headers: { location: `/v2/calls/extensive?hop=${number}` } }) },
    failed,
  ),
  row(
    'a redirect, to whoever connects',
    always('workspaces', { status: 302, headers: { location: 'http://169.254.169.254/' } }),
    refused('PLATFORM_CHANGED'),
  ),
  row('to come back in ten years', later('315360000'), waits),
  row('to come back in the year 9999', later('Fri, 31 Dec 9999 23:59:59 GMT'), waits),
  row('to come back after more seconds than there are', later('9'.repeat(400)), waits),
  row('to come back now, for ever', later('0'), waits, 15),
  row('to come back in the past, once', once('Sun, 01 Mar 2020 12:00:00 GMT'), complete()),
  row('to come back some time, once', once('soon'), complete()),
  row('to come back after minus five seconds, once', once('-5'), complete()),
  row('to come back after NaN seconds, once', once('NaN'), complete()),
  row('to come back, without a word when, once', first('listing', { status: 429 }), complete()),
  row(
    'to come back in ten years, to whoever connects',
    always('workspaces', { status: 429, headers: { 'retry-after': '315360000' } }),
    refused('PLATFORM_BUSY'),
  ),
];
