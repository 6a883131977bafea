/** `/mails/…`: where people end mails that they can do without, by a page or by the button of their mail program. */
import { type Request, type Response, Router } from 'express';
import { LinkEnded } from '../../access/index.js';
import { findUnsubscriber, unsubscribe, type Unsubscriber } from '../../outbox/index.js';
import { mailsIn } from '../../texts/mails.js';
import { pageIn } from '../../texts/page.js';
import type { Rooms } from '../scope-for.js';
import { guarded } from './guarded.js';
import { html } from './html.js';
import { sheet } from './layout.js';
import { troubled } from './troubled.js';

export function mailRoutes(rooms: Rooms): Router {
  const { house } = rooms;
  const router = Router();
  router.use('/mails', guarded);
  // Looking ends nothing: mail programs and scanners look at every link.
  router.get('/mails/:token', async (request, response) => {
    const found = await whoIs(rooms, request);
    show(response, house.operatorName, found);
  });
  // As in RFC 8058: the address is all that is asked for, and what is sent with it says nothing more.
  router.post('/mails/:token', async (request, response) => {
    const found = await whoIs(rooms, request);
    await unsubscribe(house, found);
    show(response, house.operatorName, { ...found, gets: false });
  });
  router.use('/mails', () => {
    throw new LinkEnded();
  });
  return router.use('/mails', troubled(rooms));
}

/** @throws LinkEnded; CallerError RATE_LIMITED */
async function whoIs({ house, rates }: Rooms, request: Request): Promise<Unsubscriber> {
  const found = await findUnsubscriber(house, String(request.params['token']));
  if (found === undefined) throw new LinkEnded();
  rates.visits(found.contact.id);
  return found;
}

function show(response: Response, operator: string, { contact, kind, gets }: Unsubscriber): void {
  const { unsubscribe: words } = mailsIn(contact.language);
  const body = gets
    ? html`<h1>${words.title}</h1><p>${words.lead(operator, kind)}</p><form method="post"><button>${words.button}</button></form>`
    : html`<h1>${words.doneTitle}</h1><p>${words.done(operator, kind)}</p>`;
  const title = gets ? words.title : words.doneTitle;
  response
    .set('cache-control', 'no-store')
    .type('text/html')
    .send(sheet({ title, operator, body, texts: pageIn(contact.language) }));
}
