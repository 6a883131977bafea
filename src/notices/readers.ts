import { batched } from '../batched.js';
import { Contact, ContactMail } from '../customers/index.js';
import type { Scope } from '../scope.js';
import type { NoticeReader } from '../texts/notices.js';
import type { Channel } from './channel.entity.js';

interface ReaderOfChannel extends NoticeReader {
  /** A contact who wants no notices by mail. */
  readonly hasEnded: boolean;
}

type Place = Pick<Channel, 'contactId' | 'language'>;

/** Who reads a channel: a contact in their language, everybody else in that of the channel. */
export async function readerOf(scope: Scope, { contactId, language }: Place): Promise<ReaderOfChannel> {
  const contact = contactId === null ? undefined : await contactById(scope, contactId);
  if (contact === undefined) return { audience: 'staff', language, hasEnded: false };
  return {
    audience: 'customer',
    language: contact.language,
    hasEnded: !contact.mails.includes(ContactMail.NOTICES),
  };
}

const contactById = batched(async ({ em }, ids): Promise<ReadonlyMap<string, Contact>> => {
  const contacts = await em.find(Contact, { id: { $in: [...ids] } });
  return new Map(contacts.map(contact => [contact.id, contact]));
});
