/**
 * A mail as HTML, made from its text, so that both always say the same.
 *
 * Paragraphs are paragraphs; lines of "name: value" are a table, and a line that is an address of ours alone becomes a button.
 * Everything is escaped and nothing is loaded from anywhere. Styles stand in the elements, since many mail programs drop style
 * sheets; the one that there is only makes it dark where people read in the dark.
 */

interface LetterParts {
  readonly sender: string;
  readonly subject: string;
  readonly text: string;
  /** Only addresses that begin with one of these lead anywhere. */
  readonly origins: readonly string[];
  /** As in `<html lang>`. */
  readonly language: string;
  /** On the button of an address. */
  readonly open: string;
  /** What stands below, and where its link leads. */
  readonly footer?: { readonly text: string; readonly label: string; readonly url: string } | undefined;
}

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const soft = 'color:#51606f;font-size:14px';
const dark = `:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){
.ground{background:#11171d!important;color:#e8edf2!important}
.sheet{background:#1a222b!important;border-color:#3a4652!important}
.soft{color:#a9b5c1!important}
.rule{border-color:#3a4652!important}
.button{background:#7cc6dd!important;color:#06222c!important}
.link{color:#7cc6dd!important}
}`;

export function letterHtml(parts: LetterParts): string {
  const { sender, subject, text, language, footer } = parts;
  const paragraphs = text
    .trim()
    .split(/\n{2,}/)
    .map(paragraph => paragraphHtml(paragraph.split('\n'), parts));
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>${dark}</style>
</head>
<body class="ground" style="margin:0;padding:0;background:#f4f6f8;color:#1b2733;-webkit-text-size-adjust:100%">
<main class="ground" style="box-sizing:border-box;max-width:600px;margin:0 auto;padding:24px 16px;background:#f4f6f8;color:#1b2733;${font};font-size:16px;line-height:1.5">
<p class="soft" style="margin:0 4px 12px;color:#51606f;font-size:15px;font-weight:600;overflow-wrap:anywhere">${escapeHtml(sender)}</p>
<div class="sheet" style="box-sizing:border-box;padding:24px 20px 10px;background:#ffffff;border:1px solid #d5dce3;border-radius:10px">
<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3;overflow-wrap:anywhere">${escapeHtml(withoutSender(subject, sender))}</h1>
${paragraphs.join('\n')}
</div>${footer === undefined ? '' : `\n${footerHtml(footer)}`}
</main>
</body>
</html>
`;
}

/** Who writes stands above already. */
function withoutSender(subject: string, sender: string): string {
  const rest = subject.startsWith(`${sender}: `) ? subject.slice(sender.length + 2) : '';
  return rest === '' ? subject : `${rest.charAt(0).toUpperCase()}${rest.slice(1)}`;
}

function paragraphHtml(lines: readonly string[], parts: LetterParts): string {
  const facts = lines.map(line => /^([^:]{1,40}): (.*)$/.exec(line));
  if (lines.length > 1 && facts.every(fact => fact !== null))
    return tableHtml(facts.map(([, name = '', value = '']) => [name, value]));
  const inner = lines.map((line, nth) => lineHtml(line, nth === 0, parts)).join('');
  return `<p style="margin:0 0 14px;overflow-wrap:anywhere">${inner}</p>`;
}

function lineHtml(line: string, isFirst: boolean, { origins, open }: LetterParts): string {
  const lineBreak = isFirst ? '' : '<br>';
  const isOurs = origins.some(origin => line.startsWith(`${origin}/`)) && /^https?:\/\/\S+$/.test(line);
  if (!isOurs) return `${lineBreak}${escapeHtml(line)}`;
  const address = escapeHtml(line);
  return `${lineBreak}<a class="button" href="${address}" style="display:inline-block;box-sizing:border-box;max-width:100%;margin:10px 0;padding:11px 20px;background:#0b5a72;border-radius:8px;color:#ffffff;font-weight:600;text-decoration:none">${escapeHtml(open)}</a><br><span class="soft" style="${soft};overflow-wrap:anywhere">${address}</span>`;
}

function tableHtml(rows: readonly (readonly [name: string, value: string])[]): string {
  const cell = 'padding:7px 0;border-top:1px solid #d5dce3;vertical-align:top;text-align:left;overflow-wrap:anywhere';
  const inner = rows.map(
    ([name, value]) =>
      `<tr><th class="soft rule" scope="row" style="width:38%;${cell};padding-right:12px;color:#51606f;font-size:15px;font-weight:400">${escapeHtml(name)}</th><td class="rule" style="${cell}">${escapeHtml(value)}</td></tr>`,
  );
  return `<table style="width:100%;margin:0 0 18px;border-collapse:collapse;table-layout:fixed;font-size:16px;line-height:1.4">${inner.join('')}</table>`;
}

function footerHtml({ text, label, url }: NonNullable<LetterParts['footer']>): string {
  return `<p class="soft" style="margin:16px 4px 0;${soft};overflow-wrap:anywhere">${escapeHtml(text)} <a class="link" href="${escapeHtml(url)}" style="color:#0b5a72">${escapeHtml(label)}</a></p>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What cannot be seen, except what keeps mail programs from making addresses of names. */
const unseen = /(?!\u2060)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function escapeHtml(text: string): string {
  return text.replaceAll(unseen, ' ').replaceAll(/[&<>"']/g, sign => entities[sign] ?? '');
}
