/** What customers read in mails, in every language that is there. */
import { expect, test } from 'vitest';
import { german } from '../../src/texts/mails.de.js';
import { english } from '../../src/texts/mails.en.js';
import { type Mails, mailsIn } from '../../src/texts/mails.js';

const names = {
  ...{ operator: 'Example Ltd', name: 'Ada Lovelace', customer: 'Acme', platform: 'Gong', account: 'acme-eu' },
  ...{ askedBy: 'Grace Hopper', by: 'Grace Hopper' },
};
const address = 'https://hub.example.com/connect/secret';
const moment = new Date('2026-03-09T14:05:00Z');

/** Every text of a language, by what it is. */
function textsOf(mails: Mails): ReadonlyMap<string, string> {
  const whole = ({ subject, text }: { subject: string; text: string }): string => `${subject}\n\n${text}`;
  const link = { ...names, address, expiresAt: moment };
  const done = { ...names, from: moment, to: moment, stored: 12_345, transcripts: 1, address };
  const kinds = ['IMPORTS', 'NOTICES'] as const;
  return new Map([
    ...(['connect', 'reconnect'] as const).flatMap(purpose =>
      [true, false].map(
        stillWorks => [`${purpose} ${stillWorks}`, whole(mails.link({ ...link, purpose, stillWorks }))] as const,
      ),
    ),
    ['unasked', whole(mails.link({ ...link, askedBy: null, purpose: 'connect', stillWorks: false }))],
    ['code', whole(mails.code({ ...names, code: '123456' }))],
    ['connected', whole(mails.connected(names))],
    ...[0, 1, 3].map(unusable => [`imported ${unusable}`, whole(mails.imported({ ...done, unusable }))] as const),
    ['imported one', whole(mails.imported({ ...done, stored: 1, unusable: 0, address: undefined }))],
    [
      'together',
      whole(
        mails.importedMany({
          ...names,
          imports: [
            { ...done, unusable: 2 },
            { ...done, unusable: 0, stored: 1 },
          ],
          count: 14,
        }),
      ),
    ],
    ...(['access', 'silence', 'removals'] as const).map(
      reason => [`trouble ${reason}`, whole(mails.trouble({ ...names, since: moment, reason }))] as const,
    ),
    ['trouble no more', whole(mails.troubleOver({ ...names, since: moment }))],
    ['open', mails.open],
    ...kinds.flatMap(kind => [
      [`footer ${kind}`, mails.footer(names.operator, kind)] as const,
      [`lead ${kind}`, mails.unsubscribe.lead(names.operator, kind)] as const,
      [`done ${kind}`, mails.unsubscribe.done(names.operator, kind)] as const,
    ]),
    ...(['title', 'button', 'doneTitle'] as const).map(what => [what, mails.unsubscribe[what]] as const),
  ]);
}

test('no language lacks a text, and none repeats another', () => {
  const [en, de] = [textsOf(english), textsOf(german)];
  for (const [what, text] of en) {
    expect(text, what).not.toMatch(/undefined|null|NaN|\[object/);
    expect(de.get(what), what).not.toMatch(/undefined|null|NaN|\[object/);
    expect(de.get(what), what).not.toBe(text);
  }
});

test.each([english, german])('$language says who, what and where', mails => {
  for (const [what, text] of textsOf(mails)) {
    if (/open|title|button|doneTitle/.test(what)) continue;
    expect(text, what).toContain('Example Ltd');
    if (/footer|lead|done/.test(what)) continue;
    expect(text, what).toContain('Ada Lovelace');
    expect(text, what).toContain('Gong');
    if (/connect |unasked|imported \d/.test(what)) expect(text, what).toContain(`\n${address}\n`);
  }
});

test('numbers and dates are those of the language', () => {
  const done = { ...names, from: moment, to: moment, stored: 12_345, transcripts: 1, unusable: 0, address: undefined };
  expect(english.imported(done).text).toMatch(/12,345[^]*9 March 2026/);
  expect(german.imported(done).text).toMatch(/12\.345[^]*9\. März 2026/);
});

test('an import says the last day that it holds', () => {
  const window = { from: new Date('2026-10-01T00:00:00Z'), to: new Date('2026-11-01T00:00:00Z') };
  const done = { ...names, ...window, stored: 1, transcripts: 1, unusable: 0, address: undefined };
  expect(english.imported(done).text).toContain('From: 1 October 2026\nTo: 31 October 2026\n');
  expect(german.imported(done).text).toContain('Von: 1. Oktober 2026\nBis: 31. Oktober 2026\n');
});

test('a language is found by its first part, and English stands in for one that is not there', () => {
  expect(['de', 'de-AT', 'DE-ch'].map(language => mailsIn(language).language)).toEqual(['de', 'de', 'de']);
  expect(['en', 'en-GB', 'fr', 'tlh', '', 'constructor'].map(language => mailsIn(language).language)).toEqual(
    Array(6).fill('en'),
  );
});
