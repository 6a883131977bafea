import { always, call, changed, complete, callsAside, failed, givenUp, refused, row } from '../row.js';

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const json = (body: string | Buffer) => ({ body });
/** The right answer with this written in place of the list of calls. */
const around = (list: string) => changed('listing', ({ records }) => `{"records":${JSON.stringify(records)},${list}}`);

/** Bodies that are no JSON, or JSON of another form. */
export const bodies = [
  row(
    'HTML instead of JSON',
    always('listing', { body: '<html>Sign in</html>', headers: { 'content-type': 'text/html' } }),
    givenUp,
  ),
  row(
    'HTML instead of JSON, to whoever connects',
    always('workspaces', json('<html>Sign in</html>')),
    refused('PLATFORM_UNREACHABLE'),
  ),
  row(
    'JSON cut short',
    changed('listing', good => JSON.stringify(good).slice(0, -9)),
    givenUp,
  ),
  row('an empty body for a page', always('listing', json('')), givenUp),
  row('an empty body for transcripts', always('transcripts', json('')), givenUp),
  row(
    'JSON under the type of a picture',
    { listing: ({ good }) => ({ body: good, headers: { 'content-type': 'image/png' } }) },
    complete(),
  ),
  row(
    'a byte order mark',
    changed('listing', good => `\ufeff${JSON.stringify(good)}`),
    complete(),
  ),
  row(
    'a byte order mark, to whoever connects',
    changed('workspaces', good => `\ufeff${JSON.stringify(good)}`),
    complete(),
  ),
  row(
    'UTF-16',
    changed('listing', good => Buffer.from(JSON.stringify(good), 'utf16le')),
    givenUp,
  ),
  row(
    'bytes that are no UTF-8 in a title',
    changed('listing', good => noUtf8(good, 'Call 0')),
    complete(),
  ),
  row(
    'bytes that are no UTF-8 in an id',
    changed('listing', good => noUtf8(good, good.calls[0].metaData.id)),
    callsAside('UNSTORABLE'),
  ),
  row(
    'two documents in one body',
    changed('listing', good => JSON.stringify(good).repeat(2)),
    givenUp,
  ),
  row('a text for a page', always('listing', json('"calls"')), failed),
  row('a list for a page', always('listing', json('[]')), failed),
  row('null for a page', always('listing', json('null')), failed),
  row(
    'no records',
    changed('listing', ({ calls }) => ({ calls })),
    failed,
  ),
  row(
    'records of null',
    changed('listing', good => ({ ...good, records: null })),
    failed,
  ),
  row(
    'records as a list',
    changed('listing', good => ({ ...good, records: [] })),
    failed,
  ),
  row(
    'records as a text',
    changed('listing', good => ({ ...good, records: '3' })),
    failed,
  ),
  row(
    'no list of calls',
    changed('listing', ({ records }) => ({ records })),
    failed,
  ),
  row(
    'an object for the list of calls',
    changed('listing', good => ({ ...good, calls: {} })),
    failed,
  ),
  row(
    'a text for the list of calls',
    changed('listing', good => ({ ...good, calls: 'none' })),
    failed,
  ),
  row(
    'null for the list of calls',
    changed('listing', good => ({ ...good, calls: null })),
    complete(0),
  ),
  row('the list of calls twice', around('"calls":[],"calls":[]'), givenUp),
  row('a hundred thousand lists in each other', around(`"calls":[],"more":${deep}`), givenUp),
  row('a hundred thousand lists in each other, in a call', around(`"calls":[${deep}]`), givenUp),
  row(
    'a hundred thousand lists in each other, for a count',
    { count: ({ number }) => (number > 1 ? json(`{"records":${deep}}`) : undefined) },
    givenUp,
  ),
  row(
    'twenty megabytes of brackets, to whoever connects',
    always('workspaces', json('['.repeat(20_000_000))),
    refused('PLATFORM_CHANGED'),
  ),
  row('twenty megabytes of brackets for a page', always('listing', json('['.repeat(20_000_000))), givenUp),
  row('a million empty calls on one page', around(`"calls":[${'{},'.repeat(1_000_000)}{}]`), failed),
  row('a million empty things beside the calls', around(`"calls":[],"more":[${'{},'.repeat(2_000_000)}{}]`), failed),
  row(
    'a call of twenty megabytes',
    call(item => (item.junk = 'x'.repeat(20_000_000))),
    callsAside('PLATFORM_CHANGED'),
  ),
  row(
    'a call of three million things',
    call(item => (item.junk = Array.from({ length: 3_000_000 }, () => 1))),
    complete(),
  ),
  row(
    'keys of the prototype everywhere',
    changed('listing', good => polluted(JSON.stringify(good))),
    complete(),
  ),
  row(
    'keys of the prototype, to whoever connects',
    changed('workspaces', good => polluted(JSON.stringify(good))),
    complete(),
  ),
  row(
    'keys of the prototype around transcripts',
    changed('transcripts', good => polluted(JSON.stringify(good))),
    complete(),
  ),
];

function noUtf8(good: object, text: string): Buffer {
  const body = Buffer.from(JSON.stringify(good));
  body.fill(0xff, body.indexOf(text), body.indexOf(text) + 2);
  return body;
}

/** Every object begins with keys that lead to its prototype. */
function polluted(text: string): string {
  const keys = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":1';
  return text.replaceAll(/\{(?=")/g, `{${keys},`);
}
