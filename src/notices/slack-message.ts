import type { NoticeContent, NoticeWords } from '../texts/notices.js';

const wordJoiner = '\u2060';
/** Slack cuts off longer ones. */
const longestSection = 2_900;
export const mostListed = 10;

/**
 * The body of a message for an incoming webhook of Slack.
 *
 * Everything stands in blocks of plain text, in which Slack reads no mark-up, mentions or links; what notifications show is
 * escaped and mentions nobody. Only the button leads anywhere, and its address is ours.
 *
 * @param id the same on every attempt, so that a message that came twice can be told.
 */
export function slackMessage(
  id: string,
  heading: string,
  contents: readonly NoticeContent[],
  { more }: Pick<NoticeWords, 'more'>,
): string {
  const shown = contents.slice(0, mostListed);
  const rest = contents.length - shown.length;
  const blocks = [
    ...(contents.length > 1 ? [section(heading)] : []),
    ...shown.flatMap(({ title, lines, link }) => [
      section([title, ...lines].join('\n')),
      ...(link === undefined ? [] : [button(link.label, link.url)]),
    ]),
    ...(rest > 0 ? [section(more(rest))] : []),
  ];
  const named = blocks.map((block, nth) => (nth === 0 ? { ...block, block_id: id } : block));
  return JSON.stringify({
    text: escaped(heading),
    blocks: named,
    ...{ mrkdwn: false, link_names: false, parse: 'none', unfurl_links: false, unfurl_media: false },
  });
}

function section(text: string) {
  return { type: 'section', text: { type: 'plain_text', text: plain(text).slice(0, longestSection), emoji: false } };
}

function button(label: string, url: string) {
  return {
    type: 'actions',
    elements: [{ type: 'button', text: { type: 'plain_text', text: plain(label).slice(0, 75), emoji: false }, url }],
  };
}

/** Without what cannot be seen or turns the writing round; no word of it is a mention or a link. */
function plain(text: string): string {
  return text
    .normalize('NFC')
    .split('\n')
    .map(line =>
      line
        .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]+/gu, ' ')
        .replaceAll('@', `@${wordJoiner}`)
        .replaceAll(/(?<=\w)([.:/\\])(?=\S)/g, `$1${wordJoiner}`)
        .replaceAll(/<([!@#])/g, `<${wordJoiner}$1`),
    )
    .join('\n');
}

/** As Slack wants it in texts that it reads. */
function escaped(text: string): string {
  return plain(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
