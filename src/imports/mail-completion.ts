import { contactInCharge } from '../access/index.js';
import { ContactMail } from '../customers/index.js';
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
const usefulMs = 7 * 86_400_000;

/**
 * Lets the customer know that an import is complete: the contact who is in charge of the connection, if there is one who
 * wants to know. In the transaction that notes that it was told.
 *
 * @throws AddressUnknown
 */
export async function mailCompletion(inside: Scope, done: CompletedImport, platform: string): Promise<void> {
  const { em, clock, operatorName: operator } = inside;
  const { customer_id: customerId, customer, account, stored, transcripts, unusable, requested_by: askedBy } = done;
  const contact = await contactInCharge(inside, { id: done.connection_id, customerId });
  if (contact === undefined || !contact.mails.includes(ContactMail.IMPORTS)) return;
  const { id: contactId, name, email: address, language } = contact;
  const now = clock.now();
  const [had] = await em.execute<{ count: number }[]>(
    "select count(*)::integer as count from mails where contact_id = ? and kind = 'IMPORTS' and created_at > ?",
    [contactId, new Date(now.getTime() - 86_400_000)],
  );
  if ((had?.count ?? 0) >= mostADay) return;
  // The way to end these mails leads there; without it none is written.
  await inside.linkUrl();
  const { subject, text } = mailsIn(language).imported({
    ...{ operator, name, customer, platform, account, askedBy, stored, transcripts, unusable },
    ...{ from: new Date(done.from), to: new Date(done.to), address: callsAddress(inside, done) },
  });
  await postMail(inside, {
    ...{ customerId, to: { name, address }, language, subject, text },
    dispensable: { contactId, kind: ContactMail.IMPORTS },
    usefulUntil: new Date(now.getTime() + usefulMs),
  });
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
