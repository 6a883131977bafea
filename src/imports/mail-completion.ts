import { contactInCharge } from '../access/index.js';
import { Contact, ContactMail } from '../customers/index.js';
import { postMail } from '../outbox/index.js';
import type { Scope } from '../scope.js';
import { mailsIn } from '../texts/mails.js';

/** An import that has come to its end, as its row tells. */
export interface CompletedImport {
  readonly id: string;
  readonly customer_id: string;
  readonly connection_id: string;
  /** Name of the customer. */
  readonly customer: string;
  /** Its id. */
  readonly platform: string;
  readonly account: string;
  readonly stored: number;
  readonly transcripts: number;
  readonly unusable: number;
  /** What was asked for, as the database writes times. */
  readonly from: string;
  readonly to: string;
  readonly requested_by: string;
}

/** To one contact in 24 hours: many imports at once are no reason for many mails. */
const mostADay = 3;
/** One by one, in a mail about several. */
const mostListed = 10;
const usefulMs = 7 * 86_400_000;

/** Who is mailed when an import is complete: the contact in charge of the connection, if there is one who wants to know. */
export async function contactToTell(inside: Scope, done: CompletedImport): Promise<Contact | undefined> {
  const contact = await contactInCharge(inside, { id: done.connection_id, customerId: done.customer_id });
  return contact?.mails.includes(ContactMail.IMPORTS) === true ? contact : undefined;
}

/**
 * Lets the contact know that an import is complete. Who has had enough mails today is told later, of all such imports together. In the transaction that notes
 * that it was told.
 *
 * @throws AddressUnknown
 */
export async function mailCompletion(inside: Scope, contact: Contact, done: CompletedImport): Promise<void> {
  if (await mayBeMailed(inside, contact)) return write(inside, contact, [done]);
  await inside.em.execute('update imports set mail_awaits = ? where id = ?', [contact.id, done.id]);
}

/**
 * Mails a contact, who may be mailed again by now, about all imports that waited for it. In a transaction.
 *
 * @throws AddressUnknown
 */
export async function mailGathered(
  inside: Scope,
  contactId: string,
  waiting: readonly CompletedImport[],
): Promise<void> {
  const { em } = inside;
  const contact = await em.findOne(Contact, { id: contactId, leftAt: null });
  const isWanted = contact?.mails.includes(ContactMail.IMPORTS) === true;
  if (isWanted && !(await mayBeMailed(inside, contact))) return;
  if (isWanted) await write(inside, contact, waiting);
  await em.execute('update imports set mail_awaits = null where mail_awaits = ?', [contactId]);
}

async function mayBeMailed({ em, clock }: Scope, { id }: Contact): Promise<boolean> {
  const [had] = await em.execute<{ count: number }[]>(
    "select count(*)::integer as count from mails where contact_id = ? and kind = 'IMPORTS' and created_at > ?",
    [id, new Date(clock.now().getTime() - 86_400_000)],
  );
  return (had?.count ?? 0) < mostADay;
}

async function write(inside: Scope, contact: Contact, imports: readonly CompletedImport[]): Promise<void> {
  const { id: contactId, customerId, name, email: address, language } = contact;
  // The way to end these mails leads there; without it none is written.
  await inside.linkUrl();
  const words = mailsIn(language);
  const { operatorName: operator } = inside;
  const told = imports.map(done => aboutOf(inside, done));
  const [only] = told;
  const isOne = told.length === 1 && only !== undefined;
  const { subject, text } = isOne
    ? words.imported({ operator, name, ...only })
    : words.importedMany({ operator, name, imports: told.slice(0, mostListed), count: told.length });
  await postMail(inside, {
    ...{ customerId, to: { name, address }, language, subject, text },
    dispensable: { contactId, kind: ContactMail.IMPORTS },
    usefulUntil: new Date(inside.clock.now().getTime() + usefulMs),
  });
}

function aboutOf(inside: Scope, done: CompletedImport) {
  const { customer, account, stored, transcripts, unusable, requested_by: askedBy } = done;
  const platform = inside.connectors.get(done.platform)?.manifest.name ?? done.platform;
  return {
    ...{ customer, platform, account, askedBy, stored, transcripts, unusable },
    ...{ from: new Date(done.from), to: new Date(done.to), address: callsAddress(inside, done) },
  };
}

/** Where the calls of an import can be seen; undefined when nobody has said. */
export function callsAddress(
  { callsUrl }: Pick<Scope, 'callsUrl'>,
  {
    id,
    customer_id: customer,
    connection_id: connection,
  }: Pick<CompletedImport, 'id' | 'customer_id' | 'connection_id'>,
): string | undefined {
  return callsUrl?.replaceAll('{import}', id).replaceAll('{customer}', customer).replaceAll('{connection}', connection);
}
