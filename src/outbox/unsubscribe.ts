import { timingSafeEqual } from 'node:crypto';
import type { Keyring } from '../core/ports.js';
import { Contact, ContactMail, record } from '../customers/index.js';
import { type House, inTransaction, type Scope } from '../scope.js';

/** Longer than the 30 days that mail may be kept for reading. */
const lifeMs = 90 * 86_400_000;

export interface Dispensed {
  readonly contactId: string;
  readonly kind: ContactMail;
}

/**
 * Where a contact ends mails of a kind, without a sign-in: what the address says is signed, and holds for 90 days. It ends
 * mails and can do nothing else.
 */
export function unsubscribeAddress(
  keyring: Pick<Keyring, 'digest'>,
  url: string,
  { contactId, kind, now }: Dispensed & { readonly now: Date },
): string {
  const said = [contactId, kind, Math.floor((now.getTime() + lifeMs) / 1_000)].join('.');
  return `${url}/mails/${said}.${sign(keyring, said).toString('base64url')}`;
}

/** Somebody who has opened such an address. */
export interface Unsubscriber {
  readonly contact: Contact;
  readonly kind: ContactMail;
  /** Whether they get such mails as yet. */
  readonly gets: boolean;
}

/** @returns undefined when the address was never ours, is over, or of somebody who has left. */
export async function findUnsubscriber(house: House, token: string): Promise<Unsubscriber | undefined> {
  const said = read(house, token);
  if (said === undefined) return undefined;
  const scope = house.houseScope(new AbortController().signal);
  const contact = await scope.em.findOne(Contact, { id: said.contactId, leftAt: null });
  if (contact === null) return undefined;
  return { contact, kind: said.kind, gets: contact.mails.includes(said.kind) };
}

/** They get no more mails of this kind. Doing it again changes nothing. */
export async function unsubscribe(house: House, { contact, kind }: Unsubscriber): Promise<void> {
  const { id, customerId, name } = contact;
  const scope: Scope = house.ownScope(customerId, new AbortController().signal);
  const viewer = { ...scope.viewer, name: `${name}, by a link in a mail` };
  await inTransaction({ ...scope, viewer }, async inside => {
    const [ended] = await inside.em.execute<unknown[]>(
      'update contacts set mails = array_remove(mails, ?) where id = ? and ? = any (mails) returning 1',
      [kind, id, kind],
    );
    if (ended === undefined) return;
    await record(inside, { act: 'contact.unsubscribed', target: `contact ${id}`, customerId, details: { kind } });
  });
}

function read({ keyring, clock }: House, token: string): Dispensed | undefined {
  const [contactId = '', kind = '', until = '', signature = '', ...rest] = token.split('.');
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(keyring, [contactId, kind, until].join('.'));
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  if (!isKind(kind) || Number(until) * 1_000 < clock.now().getTime()) return undefined;
  return { contactId, kind };
}

function isKind(text: string): text is ContactMail {
  return Object.hasOwn(ContactMail, text);
}

function sign(keyring: Pick<Keyring, 'digest'>, said: string): Buffer {
  return keyring.digest('mail-unsubscribe', said);
}
