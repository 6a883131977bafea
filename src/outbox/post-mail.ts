import { randomUUID } from 'node:crypto';
import { BrokenPromise } from '../core/errors.js';
import type { ContactMail } from '../customers/index.js';
import type { Keyring } from '../core/ports.js';
import type { Scope } from '../scope.js';
import { inert } from '../core/inert.js';
import { outboxTopic } from './keep-looking.js';
import { Mail, MailStatus } from './mail.entity.js';

export interface NewMail {
  readonly customerId: string;
  /** The link that it brings. */
  readonly linkId?: string;
  readonly to: { readonly name: string; readonly address: string };
  /** In which it is written. */
  readonly language: string;
  /** For a mail that this contact can do without: it tells how to end them, and is not sent when they have. */
  readonly dispensable?: { readonly contactId: string; readonly kind: ContactMail };
  readonly subject: string;
  /** Plain text. Names in it should have gone through {@link inert}. */
  readonly text: string;
  /** After this it is of no use and is not sent any more. */
  readonly usefulUntil: Date;
}

const field = 'mails.sealed';

/**
 * Writes a mail, in the transaction that makes it necessary. A worker sends it; without a mail server it is kept.
 *
 * @throws BrokenPromise outside a transaction.
 */
export async function postMail(scope: Scope, mail: NewMail): Promise<void> {
  const { em, clock, bus, keyring, mailer } = scope;
  if (!em.isInTransaction()) throw new BrokenPromise('A mail must be written in the transaction that needs it.');
  const { customerId, linkId = null, to, language, dispensable, text, usefulUntil } = mail;
  const id = randomUUID();
  const sealed = await keyring.seal(Buffer.from(text), { customerId, field, rowId: id, epoch: 0 });
  await em.insert(Mail, {
    ...{
      id,
      customerId,
      linkId,
      sealed,
      usefulUntil,
      attempts: 0,
      problem: null,
      createdAt: clock.now(),
      sentAt: null,
    },
    ...{ language, contactId: dispensable?.contactId ?? null, kind: dispensable?.kind ?? null },
    ...{ recipientName: inert(to.name), recipientAddress: to.address, subject: inert(mail.subject) },
    status: mailer === undefined ? MailStatus.KEPT : MailStatus.WAITING,
  });
  bus.publish(outboxTopic, null);
}

/** What a mail says, while it is kept. */
export async function openMail(
  { keyring }: { readonly keyring: Keyring },
  { id, customerId, sealed }: Pick<Mail, 'id' | 'customerId' | 'sealed'>,
): Promise<string> {
  return (await keyring.open(sealed, { customerId, field, rowId: id, epoch: 0 })).toString();
}
