import type { Request } from 'express';
import { type PageTexts, pageIn } from '../../texts/page.js';

/** In the language of the person, if it is known who that is; else in one that the browser asks for. */
export function pageFor(request: Request, person?: { readonly language: string } | null): PageTexts {
  return person == null ? pageIn(...request.acceptsLanguages()) : pageIn(person.language);
}
