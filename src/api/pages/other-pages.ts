import type { PageTexts } from '../../texts/page.js';
import { html } from './html.js';
import { sheet } from './layout.js';

/** The same to the byte, whatever is wrong with a link. */
export function notValidPage(texts: PageTexts, operator: string): string {
  const { title, lead, rest } = texts.notValid;
  return sheet({ texts, title, operator, body: html`<h1>${title}</h1><p>${lead}</p><p>${rest(operator)}</p>` });
}

export function tooOftenPage(texts: PageTexts, operator: string): string {
  const { title, lead } = texts.tooOften;
  return sheet({ texts, title, operator, body: html`<h1>${title}</h1><p>${lead}</p>` });
}

/** @param reference finds it in the log. */
export function brokenPage(texts: PageTexts, operator: string, reference?: string): string {
  const { title, lead } = texts.broken;
  const number = reference && html`<p>${texts.broken.reference(reference)}</p>`;
  return sheet({ texts, title, operator, body: html`<h1>${title}</h1><p>${lead}</p>${number}` });
}

interface Away {
  readonly texts: PageTexts;
  readonly operator: string;
  readonly platform: string;
  readonly byTicket: boolean;
  readonly address: string;
}

/** On to the platform: by itself, and by a link for whoever's browser does not. */
export function awayPage({ texts, operator, platform, byTicket, address }: Away): string {
  const title = texts.away.title(platform);
  const body = html`<h1>${title}</h1><p>${texts.away.lead(platform)}</p>
<p><a class="button" href="${address}" rel="noreferrer">${texts.away.link(platform)}</a></p>`;
  return sheet({ texts, title, operator, body, step: { at: 1, platform, byTicket }, awayTo: address });
}
