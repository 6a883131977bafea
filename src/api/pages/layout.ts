import type { PageTexts } from '../../texts/page.js';
import { type Html, html } from './html.js';

interface Sheet {
  readonly title: string;
  readonly operator: string;
  readonly body: Html;
  /** Which of the steps this is, from 0. */
  readonly step?: {
    readonly at: number;
    readonly platform: string;
    /** Nobody has mailed anything, and no code is asked for. */
    readonly byTicket: boolean;
  };
  /** The title says it too: it is the first thing that a reader of screens reads. */
  readonly hasProblem?: boolean;
  /** Where the browser goes on to at once. */
  readonly awayTo?: string;
  readonly texts: PageTexts;
}

/** A whole page: one sheet, no script, nothing from elsewhere. */
export function sheet({ title, operator, body, step, hasProblem = false, awayTo, texts }: Sheet): string {
  return html`<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
${awayTo && html`<meta http-equiv="refresh" content="0; url=${awayTo}">`}
<title>${hasProblem ? texts.error : ''}${title} – ${operator}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/connect/page.css">
</head>
<body>
<div class="frame">
<header><p class="operator">${operator}</p></header>
<main>
${step && steps(step, texts)}
${body}
</main>
${step && html`<footer><p class="soft small">${texts.closes(step.byTicket)}</p></footer>`}
</div>
</body>
</html>
`.text;
}

function steps({ at, platform, byTicket }: NonNullable<Sheet['step']>, texts: PageTexts): Html {
  const items = texts
    .steps(platform, byTicket)
    .map((name, i) =>
      i === at
        ? html`<li aria-current="step"><span class="mark" aria-hidden="true">${i + 1}</span>${name}</li>`
        : html`<li><span class="mark" aria-hidden="true">${i < at ? '✓' : i + 1}</span>${name}</li>`,
    );
  return html`<ol class="steps" aria-label="${texts.stepsLabel}">${items}</ol>`;
}
