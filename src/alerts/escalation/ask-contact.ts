import { Connection, contactInCharge } from '../../access/index.js';
import { AddressUnknown } from '../../core/errors.js';
import { Contact, ContactMail, Customer } from '../../customers/index.js';
import { EscalationStep } from '../../notices/index.js';
import { postMail } from '../../outbox/index.js';
import type { Scope } from '../../scope.js';
import { type ForTrouble, mailsIn } from '../../texts/mails.js';
import type { Alert } from '../alert.entity.js';
import { AlertKind, AlertOwner } from '../alert-kind.js';
import { accountOf } from '../watch/content-of.js';

/** To one contact in 24 hours, beside those that something is over. */
const mostADay = 3;
const usefulMs = 3 * 86_400_000;

/** What contacts can do something about, in their words. An end that comes nearer is told with its links, step by step. */
const reasons: Readonly<Partial<Record<AlertKind, ForTrouble['reason']>>> = {
  [AlertKind.CREDENTIAL_BROKEN]: 'access',
  [AlertKind.SYNC_FAILING]: 'access',
  [AlertKind.IMPORT_FAILED]: 'access',
  [AlertKind.VOLUME_STOP]: 'silence',
  [AlertKind.REMOVALS_HELD]: 'removals',
};

/**
 * Mails the contact in charge about what is theirs to mend, once an alert; whoever has a reconnect link for it was asked by that.
 *
 * @returns who was mailed.
 */
export async function askContact(inside: Scope, alert: Alert, step: EscalationStep): Promise<string | null> {
  const { customerId, connectionId, owner, linkId, kind, escalations } = alert;
  const reason = reasons[kind];
  if (owner !== AlertOwner.CUSTOMER || reason === undefined || customerId === null || connectionId === null)
    return null;
  if (linkId !== null || step === EscalationStep.THREE_DAYS || escalations.some(one => one.contactId !== null))
    return null;
  const contact = await contactInCharge(inside, { id: connectionId, customerId });
  if (contact === undefined || (await hadEnough(inside, contact))) return null;
  const isMailed = await write(inside, alert, contact, (mails, about) => mails.trouble({ ...about, reason }));
  return isMailed ? contact.id : null;
}

/** Whoever was mailed is told that it is over, as they were promised, however many mails they have had. @returns who was. */
export async function tellContactOver(inside: Scope, alert: Alert): Promise<string | undefined> {
  const asked = alert.escalations.findLast(({ contactId }) => contactId !== null)?.contactId;
  if (asked == null) return undefined;
  const contact = await inside.em.findOne(Contact, { id: asked, leftAt: null });
  if (contact === null) return undefined;
  const isMailed = await write(inside, alert, contact, (mails, about) => mails.troubleOver(about));
  return isMailed ? asked : undefined;
}

type Words = ReturnType<typeof mailsIn>;
type About = Parameters<Words['troubleOver']>[0];

async function hadEnough({ em, clock }: Scope, { id }: Contact): Promise<boolean> {
  const [had] = await em.execute<{ count: number }[]>(
    "select count(*)::integer as count from mails where contact_id = ? and kind = 'NOTICES' and created_at > ?",
    [id, new Date(clock.now().getTime() - 86_400_000)],
  );
  return (had?.count ?? 0) >= mostADay;
}

/** @returns false when they want no such mails, or nobody knows where they could end them. */
async function write(
  inside: Scope,
  { connectionId, since, ...alert }: Alert,
  { id: contactId, customerId, name, email: address, language, mails }: Contact,
  compose: (words: Words, about: About) => { readonly subject: string; readonly text: string },
): Promise<boolean> {
  const { em, clock, connectors, operatorName: operator } = inside;
  if (!mails.includes(ContactMail.NOTICES) || !(await canEndThem(inside))) return false;
  const customer = await em.findOneOrFail(Customer, { id: customerId });
  const connection = await em.findOneOrFail(Connection, { id: connectionId ?? '' });
  const { subject, text } = compose(mailsIn(language), {
    ...{ operator, name, customer: customer.name, since },
    platform: connectors.get(connection.platform)?.manifest.name ?? connection.platform,
    account: accountOf(alert) ?? connection.accountName,
  });
  await postMail(inside, {
    ...{ customerId, to: { name, address }, language, subject, text },
    dispensable: { contactId, kind: ContactMail.NOTICES },
    usefulUntil: new Date(clock.now().getTime() + usefulMs),
  });
  return true;
}

async function canEndThem(inside: Scope): Promise<boolean> {
  try {
    await inside.linkUrl();
    return true;
  } catch (error) {
    if (error instanceof AddressUnknown) return false;
    throw error;
  }
}
