import { call, callsAside, changed, complete, row } from '../row.js';

const changedAside = callsAside('PLATFORM_CHANGED');
const unstorable = callsAside('UNSTORABLE');
/** Writes these facts into the first call. */
const facts = (metaData: object) => call(item => Object.assign(item.metaData, metaData));
const party = (more: object) => call(item => Object.assign(item.parties[0], more));
const raw = (id: string) =>
  changed('listing', good => JSON.stringify(good).replace(JSON.stringify(good.calls[0].metaData.id), id));
const inPlace = (value: unknown) => changed('listing', good => ({ ...good, calls: [value, ...good.calls.slice(1)] }));

/** Calls that are none, one among three. */
export const records = [
  row('an id of more digits than a number holds', raw('7782342274025937895'), changedAside),
  row('an id of null', facts({ id: null }), changedAside),
  row('an object for an id', facts({ id: { of: 1 } }), changedAside),
  row('an empty id', facts({ id: '' }), changedAside),
  row('an id of ten kilobytes', facts({ id: 'i'.repeat(10_000) }), unstorable),
  row('an id with half a letter in it', facts({ id: 'call\ud83d' }), unstorable),
  row('an id of control characters', facts({ id: '\u0001\u001b[2J\u0007\u007f' }), complete()),
  row('an id that turns the text around', facts({ id: '\u202e123\u2066' }), complete()),
  row('the id __proto__', facts({ id: '__proto__' }), complete()),
  row('the id constructor', facts({ id: 'constructor' }), complete()),
  row('an id of quotes, slashes and SQL', facts({ id: `../../"'; drop table calls; --` }), complete()),
  row('no id', facts({ id: undefined }), changedAside),
  row('a call of null', inPlace(null), changedAside),
  row('a number for a call', inPlace(7), changedAside),
  row('a list for a call', inPlace([[]]), changedAside),
  row(
    'a call without its facts',
    call(item => delete item.metaData),
    changedAside,
  ),
  row('a start in the year 0', facts({ started: '0000-01-01T00:00:00Z' }), changedAside),
  row('a start in the year 9999', facts({ started: '9999-12-31T23:59:59Z' }), changedAside),
  row('a start in the year 275761', facts({ started: '+275761-01-01T00:00:00Z' }), changedAside),
  row('a start without a zone', facts({ started: '2026-01-06T10:00:00' }), changedAside),
  row('a start in words', facts({ started: 'yesterday' }), changedAside),
  row('a number for a start', facts({ started: 1_767_700_000 }), changedAside),
  row('a start on the 99th', facts({ started: '2026-01-99T10:00:00Z' }), changedAside),
  row('a start 99 hours from Greenwich', facts({ started: '2026-01-06T10:00:00+99:99' }), changedAside),
  row('a negative duration', facts({ duration: -5 }), changedAside),
  row('a duration of a million years', facts({ duration: 31_556_952_000_000 }), unstorable),
  row('a duration in words', facts({ duration: 'long' }), changedAside),
  row(
    'a duration that is no number any more',
    changed('listing', good => JSON.stringify(good).replace('"duration":60', '"duration":1e400')),
    unstorable,
  ),
  row('NUL in a title', facts({ title: 'be\0fore' }), complete()),
  row('half a letter in a title', facts({ title: 'a\ud83dz' }), complete()),
  row('a title of five megabytes', facts({ title: 'ü'.repeat(2_500_000) }), complete()),
  row('an object for a title', facts({ title: { text: 'Demo' } }), changedAside),
  row('a link of a megabyte', facts({ url: `https://app.gong.io/${'a'.repeat(1_000_000)}` }), complete()),
  row('a link that runs a script', facts({ url: 'javascript:alert(1)' }), complete()),
  row('a name from right to left', party({ name: '\u202eadA\u202c \u2066x' }), complete()),
  row('a name of a megabyte', party({ name: 'n'.repeat(1_000_000) }), complete()),
  row('an e-mail address that is none', party({ emailAddress: '\0@@<script>\ud83d' }), complete()),
  row('an e-mail address of a megabyte', party({ emailAddress: `${'a'.repeat(1_000_000)}@acme.test` }), complete()),
  row('a number for a name', party({ name: 7 }), changedAside),
  row(
    'an object for the people',
    call(item => (item.parties = {})),
    changedAside,
  ),
  row(
    'null among the people',
    call(item => item.parties.push(null)),
    changedAside,
  ),
  row(
    'twenty thousand people',
    call(item => (item.parties = Array.from({ length: 20_000 }, () => item.parties[0]))),
    unstorable,
  ),
  row('a language that is none', facts({ language: '-x-' }), complete()),
  row('a medium and a direction that nobody knows', facts({ media: 'Smell', direction: 'Sideways' }), complete()),
];
