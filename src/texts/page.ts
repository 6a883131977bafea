/** What customers read on pages, by language. Another language is another file like `page.de.ts` and a line here. */
import { type Language, languageOf } from './languages.js';
import { german } from './page.de.js';
import { english } from './page.en.js';

export type PageTexts = typeof english;

const pages: Readonly<Record<Language, PageTexts>> = { en: english, de: german };

/** In the first of these languages that there is, as in `de` or `de-AT`; else in English. */
export function pageIn(...languages: readonly string[]): PageTexts {
  return pages[languageOf(...languages)];
}
