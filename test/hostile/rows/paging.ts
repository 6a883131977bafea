import type { Asked, Behaviour } from '../platform.js';
import { callsAside, changed, complete, failed, row } from '../row.js';

const records = (more: object): Behaviour =>
  changed('listing', good => ({ ...good, records: { ...good.records, ...more } }));
const cursorOf = (cursor: unknown): Behaviour => records({ cursor });
const empty = (cursor: string) => ({ records: { totalRecords: 3, cursor }, calls: [] });
/** A call that no page has listed before. */
const another = (good: any, { number }: Asked, i: number) => {
  const [call] = good.calls;
  return { ...call, metaData: { ...call.metaData, id: `${call.metaData.id}-${number}-${i}` } };
};
const fresh = (good: any, asked: Asked, total: number) => ({
  records: { totalRecords: total, cursor: `page-${asked.number}` },
  calls: Array.from({ length: 100 }, (_, i) => another(good, asked, i)),
});
const millions = (good: any) => ({ ...good, records: { ...good.records, totalRecords: 9_000_000 } });
/** Each asks for a page and its transcripts. */
const pages = (count: number) => 2 * count + 4;

/** Cursors that lead nowhere and totals that lie. */
export const paging = [
  row('the same cursor for ever', cursorOf('again'), failed),
  row(
    'three cursors in a circle',
    changed('listing', (good, { number }) => ({ ...good, records: { cursor: `${number % 3}` } })),
    failed,
    pages(5),
  ),
  row(
    'a new cursor for ever, and empty pages',
    changed('listing', (_, { number }) => empty(`page-${number}`)),
    failed,
    pages(30),
  ),
  row(
    'a new cursor for ever, and always the same calls',
    changed('listing', (good, { number }) => ({ ...good, records: { cursor: `page-${number}` } })),
    failed,
    pages(30),
  ),
  row(
    'a new cursor for ever, and always new calls',
    changed('listing', (good, asked) => fresh(good, asked, 300)),
    failed,
    pages(30),
  ),
  row(
    'a new cursor for ever for transcripts',
    changed('transcripts', (good, { number }) => ({ ...good, records: { cursor: `page-${number}` } })),
    failed,
    40,
  ),
  row(
    'a new cursor for ever for no transcripts',
    changed('transcripts', (_, { number }) => ({ records: { cursor: `page-${number}` }, callTranscripts: [] })),
    failed,
    40,
  ),
  row(
    'the same cursor for ever for transcripts',
    changed('transcripts', good => ({ ...good, records: { cursor: 'again' } })),
    failed,
  ),
  row('a number for a cursor', cursorOf(7), failed),
  row('an object for a cursor', cursorOf({ page: 2 }), failed),
  row('an empty cursor', cursorOf(''), complete()),
  row('a cursor of null', cursorOf(null), complete()),
  row('a cursor of a megabyte', cursorOf('c'.repeat(1_000_000)), failed),
  row('a cursor with NUL in it', cursorOf('page\0two'), failed),
  row('a cursor with half a letter in it', cursorOf('page\ud83dtwo'), failed),
  row(
    'a cursor that is refused although none was sent',
    { listing: () => ({ status: 400, body: { errors: ['Invalid cursor'] } }) },
    failed,
    25,
  ),
  row(
    'cursors that die at once, for ever',
    {
      listing: ({ body, good }) =>
        body.cursor === undefined
          ? { body: { ...good, records: { cursor: 'dead' } } }
          : { status: 400, body: { errors: ['Cursor expired'] } },
    },
    failed,
    70,
  ),
  row('a negative total', records({ totalRecords: -1 }), failed),
  row('a text for a total', records({ totalRecords: 'many' }), failed),
  row('a total of half a call', records({ totalRecords: 2.5 }), complete()),
  row('a total of 2^40', records({ totalRecords: 2 ** 40 }), complete()),
  row(
    'a total that is no number any more',
    changed('listing', good => JSON.stringify(good).replace('"totalRecords":3', '"totalRecords":1e400')),
    complete(),
  ),
  row('a total of none beside three calls', records({ totalRecords: 0 }), complete()),
  row(
    'a count of half a call',
    changed('count', good => ({ ...good, records: { totalRecords: 2.5 } })),
    complete(),
  ),
  row(
    'a count of 2^40',
    changed('count', good => ({ ...good, records: { totalRecords: 2 ** 40 } })),
    complete(),
    200,
  ),
  row(
    'a count that is no number any more',
    changed('count', good => JSON.stringify(good).replace('"totalRecords":3', '"totalRecords":1e400')),
    complete(),
  ),
  row(
    'nine million calls in every stretch of time',
    { ...changed('count', millions), ...changed('listing', millions) },
    complete(),
    200,
  ),
  row(
    'calls outside the window that was asked for',
    changed('listing', good => {
      good.calls[0].metaData.started = '2025-12-31T00:00:00Z';
      return good;
    }),
    complete(2),
  ),
  row(
    'the same call twice, with other content',
    changed('listing', good => ({ ...good, calls: [...good.calls, { ...good.calls[0], parties: [] }] })),
    complete(),
  ),
  row(
    'calls of another workspace',
    changed('listing', good => {
      good.calls[0].metaData.workspaceId = '2';
      return good;
    }),
    complete(),
  ),
  row(
    'an id that differs from another by NUL only',
    changed('listing', good => {
      good.calls[0].metaData.id = `${good.calls[1].metaData.id}\0`;
      return good;
    }),
    callsAside('UNSTORABLE'),
  ),
];
