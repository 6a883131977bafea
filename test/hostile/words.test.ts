/**
 * S16: names from outside are inert wherever the hub writes them: Slack, mails as text, as HTML and in their headers, pages, the
 * command line as a table and as JSON, the log. There is no export of tables that a spreadsheet would open.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { html } from '../../src/api/pages/html.js';
import { sheet } from '../../src/api/pages/layout.js';
import { sayPage } from '../../src/cli/hub/listing.js';
import { jsonText } from '../../src/cli/plain.js';
import { inert } from '../../src/core/inert.js';
import { Secret } from '../../src/core/secret.js';
import { openLog } from '../../src/infra/log.js';
import { openMailer } from '../../src/infra/mail.js';
import { slackMessage } from '../../src/notices/slack-message.js';
import { letterHtml } from '../../src/texts/letter-html.js';
import { mailsIn } from '../../src/texts/mails.js';
import { inAllWords, type NoticeContent, noticesFor, type NoticeWords } from '../../src/texts/notices.js';
import { pageIn } from '../../src/texts/page.js';
import { type MailServer, startMailServer } from '../kit/mail-server.js';
import { hostileNames } from './words.js';

const ours = 'https://hub.example';
const friendly = 'Acme';

/** Writes a name wherever a sink has room for one; gives what leaves the house. */
type Sink = (name: string) => string;

const mailOf = (name: string) => {
  const words = { operator: name, name, customer: name, platform: name, account: name, askedBy: name };
  const numbers = { from: new Date(0), to: new Date(0), stored: 1, transcripts: 1, unusable: 1 };
  return mailsIn('en').imported({ ...words, ...numbers, address: `${ours}/calls` });
};
/** To staff and to customers, in every language. */
const inAll = (compose: (words: NoticeWords) => NoticeContent): NoticeContent[] =>
  Object.values(inAllWords(compose)).flatMap(one => Object.values(one));
const noticesOf = (name: string): NoticeContent[] => {
  const about = { platform: name, problem: name, remedy: name, account: name, since: new Date(0) } as const;
  const facts = {
    ...about,
    what: 'FAILED_ITEMS',
    hasLink: true,
    owner: 'CUSTOMER',
    details: { unusable: name },
  } as const;
  return [
    ...inAll(words => words.importDone(doneParts(name))),
    ...inAll(words => words.test({ by: name, channel: name })),
    ...inAll(words => words.standing({ customer: name, alerts: [facts] })),
    ...(['opened', 'resolved'] as const).flatMap(kind =>
      inAll(words =>
        words.alert({
          ...facts,
          kind,
          severity: 'ERROR',
          customer: name,
          imports: 1,
          syncs: 1,
          link: `${ours}/connect/x`,
        }),
      ),
    ),
  ];
};
const sinks: Readonly<Record<string, Sink>> = {
  slack: slackOf,
  text: name => mailOf(name).text,
  html(name) {
    const { subject, text } = mailOf(name);
    const footer = { text: name, label: 'End', url: `${ours}/mails/x` };
    return letterHtml({ sender: name, subject, text, origins: [ours], language: 'en', open: 'Open', footer });
  },
  'text of notices'(name) {
    const lines = noticesOf(name).flatMap(one => [one.title, ...one.lines]);
    return lines.map(inert).join('\n');
  },
  page: name =>
    sheet({
      texts: pageIn('de'),
      title: name,
      operator: name,
      body: html`<h1>${name}</h1><p title="${name}">${name}</p>`,
    }),
  table: name => said(terminal => sayPage(terminal, wish(false), { totalCount: 1, nodes: [name] }, row)),
  json: name => said(terminal => sayPage(terminal, wish(true), { totalCount: 1, nodes: [name] }, row)),
  log(name) {
    let text = '';
    const log = openLog('debug', { write: (line: string) => void (text += line) });
    log.with({ account: name }).warn('A name.', { name, error: new Error(name) });
    return text;
  },
};

function doneParts(name: string) {
  return { customer: name, platform: name, account: name, by: name, stored: 1, unusable: 1, link: `${ours}/calls` };
}

function slackOf(name: string): string {
  const contents = noticesOf(name).slice(0, 10);
  return slackMessage('id', contents[0]?.title ?? '', contents, noticesFor({ audience: 'staff', language: 'de' }));
}

const row = (name: string) => ({ id: '1', account: name, problem: name });
const wish = (json: boolean) => ({ json }) as never;

function said(act: (terminal: { say(text: string): void; isLive: boolean; columns: number }) => unknown): string {
  let text = '';
  act({ say: more => void (text += more), isLive: true, columns: 80 });
  return text;
}

/** Nothing that steers a terminal or cannot be seen; `\n` and the characters that we put in ourselves are all there is. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const wordJoiner = '\u2060';
const seen = (text: string): string => text.replaceAll(/\r?\n/g, ' ').replaceAll(wordJoiner, '');
/** What mail programs and Slack make a link of by themselves, where it is not ours. */
const clickable = /\b(?:https?|ftp):\/\/(?!hub\.example)\S|\bwww\.[^\s\u2060]|\bevil\.example|\S@evil/i;
const tags = (text: string): string[] =>
  (text.match(/<[a-z/!][^>]*>/gi) ?? []).map(tag => tag.replaceAll(/title="[^"]*"/g, ''));

test('there are enough of them', () => {
  expect(hostileNames.length).toBeGreaterThanOrEqual(400);
});

test.each(Object.entries(sinks))('a name is only words in what is written: %s', (kind, sink) => {
  const usual = sink(friendly);
  const active = hostileNames.flatMap(({ about, name }) => {
    try {
      judge(kind, name, sink(name), usual);
      return [];
    } catch (error) {
      // Written out, since whoever reads this reads it in a terminal.
      return [jsonText({ about, name, why: (error as Error).message.slice(0, 2_000) })];
    }
  });

  expect(active).toEqual([]);
});

/** @throws when it is more than words. */
function judge(kind: string, name: string, written: string, usual: string): void {
  if (kind === 'slack') return inertInSlack(written, usual);
  if (kind !== 'page') expect(seen(written)).not.toMatch(unseen);
  if (kind.startsWith('text')) {
    expect(written.split('\n').length).toBe(usual.split('\n').length);
    expect(written).not.toMatch(clickable);
  }
  if (kind === 'html' || kind === 'page') {
    // The same tags with the same attributes as of a friendly name: it has become none, and is in none but as words.
    expect(tags(written)).toEqual(tags(usual));
    expect(written).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u009b]/);
    expect(written).not.toContain('\u001b');
  }
  if (kind === 'table') expect(written.split('\n').length).toBe(usual.split('\n').length);
  if (kind === 'json') expect(JSON.parse(written)).toEqual({ totalCount: 1, nodes: [name] });
  if (kind === 'log') {
    expect(written.split('\n').length).toBe(2);
    expect(JSON.parse(written)).toMatchObject({ level: 'warn', msg: 'A name.', name, account: name });
  }
}

interface SlackBlock {
  readonly text?: { readonly type: string; readonly text: string };
  readonly elements?: readonly {
    readonly text: { readonly type: string; readonly text: string };
    readonly url: string;
  }[];
}

function inertInSlack(written: string, usual: string): void {
  const { text, blocks, ...rest } = JSON.parse(written) as { text: string; blocks: readonly SlackBlock[] };
  const { text: _text, blocks: usualBlocks, ...usualRest } = JSON.parse(usual);
  expect(rest).toEqual(usualRest);
  expect(blocks.length).toBe(usualBlocks.length);
  for (const { text: plain, elements = [] } of blocks) {
    for (const { url } of elements) expect(url.startsWith(`${ours}/`)).toBe(true);
    for (const words of [...(plain === undefined ? [] : [plain]), ...elements.map(element => element.text)]) {
      expect(words.type).toBe('plain_text');
      expect(words.text).not.toMatch(/<[!@#]|@(channel|here|everyone)/);
      expect(words.text).not.toMatch(clickable);
      expect(seen(words.text)).not.toMatch(unseen);
    }
  }
  // This one Slack reads: nothing in it may be more than words.
  expect(text).not.toMatch(/[<>]|@(channel|here|everyone)/);
  expect(seen(text)).not.toMatch(unseen);
}

describe('headers of mails', () => {
  let server: MailServer;
  let mailer: ReturnType<typeof openMailer>;
  beforeAll(async () => {
    server = await startMailServer();
    mailer = openMailer({ url: new Secret(server.url), from: { name: 'Example Ltd', address: 'hub@example.com' } });
  });
  afterAll(async () => {
    await mailer?.close();
    await server?.close();
  });

  test('a name adds no header, no recipient and no body, and is on one line', async () => {
    const send = async (name: string) => {
      const { subject, text } = mailOf(name);
      const id = crypto.randomUUID();
      await mailer.send({
        id,
        to: { name: inert(name), address: 'ada@acme.example' },
        subject,
        text,
        html: '<p>x</p>',
      });
      const mail = server.received.find(({ raw }) => raw.includes(id));
      if (mail === undefined) throw new Error('The mail never came.');
      const [head = ''] = mail.raw.split('\r\n\r\n');
      const names = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
      return { to: mail.to, names: names.map(line => line.split(':')[0]), head };
    };
    const usual = await send(friendly);
    const meant = ['break out of a header', 'steer a terminal', 'turn the writing round or hide'];
    const names = hostileNames
      .filter(({ about }, nth) => nth % 4 === 3 && meant.includes(about))
      .map(({ name }) => name);
    for (const [nth, sent] of (await Promise.all(names.map(send))).entries()) {
      const name = jsonText(names[nth]);
      expect(sent.to, name).toEqual(['ada@acme.example']);
      expect(sent.names, name).toEqual(usual.names);
      for (const sign of ['\u001b', '\u202e', '\u0000']) expect(sent.head, name).not.toContain(sign);
    }
  });
});

test('what JSON says is the same as before, only written out', () => {
  for (const { name } of hostileNames) expect(JSON.parse(jsonText({ name }))).toEqual({ name });
});
