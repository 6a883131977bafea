/**
 * `/connect`: the page on which a customer's contact connects an account. It works without script, brings nothing from
 * elsewhere, and says of a link that does not work only that.
 */
import { timingSafeEqual } from 'node:crypto';
import express, { type Request, type Response, Router } from 'express';
import type { AuthMethod } from '#connector';
import {
  begin,
  confirmAccount,
  enterCode,
  findGuest,
  isUnderWay,
  type Guest,
  type GuestDoor,
  LinkEnded,
  linkOf,
  nameColleague,
  newTicket,
  offerSecret,
  readStep,
  refuseLink,
  rejectAccount,
  sendAnotherCode,
  signInByLink,
} from '../../access/index.js';
import type { Rooms } from '../scope-for.js';
import { connectPage } from './connect-page.js';
import { readCookie, setCookie } from './cookie.js';
import { guarded } from './guarded.js';
import { awayPage } from './other-pages.js';
import { pageFor } from './page-for.js';
import { style } from './style.js';
import { troubled } from './troubled.js';

/** For trying values at a platform that is slow. */
const patienceMs = 60_000;

/** Something that a guest does; resolves to a new cookie, or to where they go from here, when there is one. */
type Step = (guest: Guest, given: (name: string) => string) => Promise<string | { readonly awayTo: string } | void>;

const steps: Readonly<Record<string, Step>> = {
  start: guest => (guest.visit === undefined ? begin(guest) : sendAnotherCode(guest)),
  code: (guest, given) => enterCode(guest, given('code')),
  'code/again': sendAnotherCode,
  keys: (guest, given) => offerSecret(guest, methodOf(guest, given).label, valuesOf(guest, given)),
  confirm: (guest, given) => confirmAccount(guest, given('proposal')),
  reject: rejectAccount,
  'sign-in': async (guest, given) => {
    const address = await signInByLink(guest, methodOf(guest, given).label);
    return address === undefined ? undefined : { awayTo: address };
  },
  colleague: (guest, given) => nameColleague(guest, { name: given('name'), email: given('email') }),
};

export function connectRoutes(rooms: Rooms): Router {
  const router = Router();
  const { house, rates } = rooms;
  router.get('/connect/page.css', (_request, response) => {
    response.set('cache-control', 'public, max-age=3600').type('text/css').send(style);
  });
  router.use('/connect', guarded);
  router.get('/connect', async (request, response) => show(rooms, request, response));
  router.post(
    /^\/connect\/([a-z/-]+)$/,
    express.urlencoded({ extended: false, limit: '50kb', parameterLimit: 50 }),
    async (request, response) => take(rooms, request, response),
  );
  // Looking changes nothing: the secret becomes a signed cookie, and the address a clean one.
  router.get('/connect/:secret', async (request, response) => {
    const door = doorOf(rooms, response);
    const { secret } = request.params;
    const linkId = await linkOf(door, secret);
    if (linkId === undefined) {
      refuseLink(house, secret);
      throw new LinkEnded();
    }
    rates.visits(linkId);
    // Whoever opens the mail once more goes on where they were.
    if (!(await isUnderWay(door, readCookie(request, house.publicUrl()), linkId)))
      setCookie(response, house.publicUrl(), (await newTicket(house, linkId)).reveal());
    response.redirect(303, '/connect');
  });
  router.use('/connect', () => {
    throw new LinkEnded();
  });
  router.use('/connect', troubled(rooms));
  return router;
}

async function show(rooms: Rooms, request: Request, response: Response): Promise<void> {
  const { house } = rooms;
  const token = readCookie(request, house.publicUrl());
  const guest = await enter(rooms, response, token);
  // Whoever is in the middle has another quarter of an hour.
  if (guest.visit !== undefined && token !== undefined) setCookie(response, house.publicUrl(), token);
  const wantsColleague = request.query['colleague'] !== undefined;
  response.type('text/html').send(
    connectPage({
      seen: await readStep(guest),
      formKey: formKeyOf(rooms, token ?? '').toString('base64url'),
      wantsColleague,
      texts: pageFor(request, guest.link.contact),
    }),
  );
}

/** Whatever came of it, the page then shows where the guest stands. */
async function take(rooms: Rooms, request: Request, response: Response): Promise<void> {
  const { house } = rooms;
  const step = steps[String(request.params[0])];
  if (step === undefined) throw new LinkEnded();
  const token = readCookie(request, house.publicUrl());
  const guest = await enter(rooms, response, token);
  const given = (name: string): string => {
    const value = (request.body as Readonly<Record<string, unknown>> | undefined)?.[name];
    return typeof value === 'string' ? value : '';
  };
  if (isOurForm(rooms, request, token ?? '', given('form'))) {
    const came = await step(guest, given).catch((error: unknown) => lateFor(error, rooms, response, token));
    if (typeof came === 'string') setCookie(response, house.publicUrl(), came);
    // No redirect: browsers would hold it against the policy for forms.
    if (typeof came === 'object')
      return void response.type('text/html').send(
        awayPage({
          texts: pageFor(request, guest.link.contact),
          ...{ operator: house.operatorName, platform: guest.connector.manifest.name },
          ...{ byTicket: guest.link.contact === null, address: came.awayTo },
        }),
      );
  }
  response.redirect(303, '/connect');
}

/** @throws LinkEnded; CallerError RATE_LIMITED, which by another link one is not. */
async function enter(rooms: Rooms, response: Response, token: string | undefined): Promise<Guest> {
  const guest = await findGuest(doorOf(rooms, response), token);
  rooms.rates.visits(guest.link.id);
  return guest;
}

/** A second click, after the first has used the link up: there is nothing to tell but that it worked. @throws whatever else went wrong */
async function lateFor(error: unknown, rooms: Rooms, response: Response, token: string | undefined): Promise<void> {
  if (!(error instanceof LinkEnded)) throw error;
  const { visit } = await findGuest(doorOf(rooms, response), token);
  if ((visit?.finishedAt ?? null) === null) throw error;
}

function methodOf({ connector: { auth } }: Guest, given: (name: string) => string): AuthMethod {
  return auth[Number(given('method'))] ?? auth[0];
}

function valuesOf(guest: Guest, given: (name: string) => string): { name: string; value: string }[] {
  const method = methodOf(guest, given);
  return (method.fields ?? []).map(({ name }) => ({ name, value: given(`secret.${name}`) }));
}

function doorOf({ house, em }: Rooms, response: Response): GuestDoor {
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('The guest has gone.')));
  return { house, em, signal: AbortSignal.any([gone.signal, AbortSignal.timeout(patienceMs)]) };
}

/** The cookie is not sent along from other sites; this holds also where a browser thinks otherwise. */
function isOurForm(rooms: Rooms, { headers }: Request, token: string, formKey: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const [expected, given] = [formKeyOf(rooms, token), Buffer.from(formKey, 'base64url')];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function formKeyOf({ house }: Rooms, token: string): Buffer {
  return house.keyring.digest('link-form', token);
}
