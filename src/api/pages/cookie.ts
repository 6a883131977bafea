import type { Request, Response } from 'express';
import { ticketMs } from '../../access/index.js';

/** With the prefix, browsers take it from this very host alone and send it only over TLS. */
function nameFor(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-patchbay-connect' : 'patchbay-connect';
}

/** What stands for the link in this browser; undefined when somebody has put a second one beside it. */
export function readCookie({ headers }: Request, publicUrl: string): string | undefined {
  const name = nameFor(publicUrl);
  const pairs = (headers.cookie ?? '').split(';').map(pair => pair.trim().split('='));
  const found = pairs.filter(([each]) => each === name);
  return found.length === 1 ? found[0]?.[1] : undefined;
}

/** Lax: the way back from a platform begins there. */
export function setCookie(response: Response, publicUrl: string, token: string): void {
  response.cookie(nameFor(publicUrl), token, {
    ...{ path: '/', httpOnly: true, sameSite: 'lax', maxAge: ticketMs },
    secure: publicUrl.startsWith('https:'),
  });
}
