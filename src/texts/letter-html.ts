/**
 * A mail as HTML, made from its text, so that both always say the same.
 *
 * Paragraphs are paragraphs; a line that is an address of ours alone becomes a button. Everything is escaped, styles stand in
 * the elements, since mail programs drop style sheets, and nothing is loaded from anywhere.
 */

interface LetterParts {
  readonly sender: string;
  readonly subject: string;
  readonly text: string;
  /** Only addresses that begin with one of these lead anywhere. */
  readonly origins: readonly string[];
}

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

export function letterHtml({ sender, subject, text, origins }: LetterParts): string {
  const paragraphs = text
    .trim()
    .split(/\n{2,}/)
    .map(paragraph => paragraphHtml(paragraph.split('\n'), origins));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeHtml(subject)}</title>
</head>
<body style="margin:0;padding:0;background:#f2f4f7;color:#1c2430">
<main style="box-sizing:border-box;max-width:600px;margin:0 auto;padding:16px;${font};font-size:16px;line-height:1.5">
<h1 style="margin:8px 0 16px;font-size:18px;line-height:1.35;overflow-wrap:anywhere">${escapeHtml(subject)}</h1>
<div style="box-sizing:border-box;padding:20px;background:#ffffff;border:1px solid #d5dae2;border-radius:8px">
${paragraphs.join('\n')}
</div>
<p style="margin:16px 4px;color:#525c6b;font-size:14px">${escapeHtml(sender)}</p>
</main>
</body>
</html>
`;
}

function paragraphHtml(lines: readonly string[], origins: readonly string[]): string {
  const parts: string[] = [];
  for (const [nth, line] of lines.entries()) {
    const isOurs = origins.some(origin => line.startsWith(`${origin}/`)) && /^https?:\/\/\S+$/.test(line);
    if (!isOurs) {
      parts.push(`${nth > 0 ? '<br>' : ''}${escapeHtml(line)}`);
      continue;
    }
    const address = escapeHtml(line);
    parts.push(
      `<br><a href="${address}" style="display:inline-block;box-sizing:border-box;max-width:100%;margin:8px 0;padding:10px 16px;background:#1a4fa3;border-radius:6px;color:#ffffff;font-weight:600;text-decoration:none">Open the page</a><br><span style="color:#525c6b;font-size:14px;overflow-wrap:anywhere">${address}</span>`,
    );
  }
  return `<p style="margin:0 0 14px;overflow-wrap:anywhere">${parts.join('')}</p>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, sign => entities[sign] ?? '').replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '');
}
