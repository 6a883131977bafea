import { UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { CallerError } from '../../core/errors.js';
import { languageNamed, languages } from '../../texts/languages.js';
import { emailAddress, line } from '../check-input.js';
import { ContactMail } from './contact-mail.js';

const language: z.ZodType<string> = z
  .string()
  .regex(/^[a-z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$/, 'must name a language as `de` or `de-AT` do')
  .refine(tag => languageNamed(tag) !== undefined, `must be a language that there is: ${languages.join(' or ')}`);
const mails: z.ZodType<ContactMail[]> = z
  .array(z.enum(ContactMail))
  .transform(given => Object.values(ContactMail).filter(mail => given.includes(mail)));

export const contactShape = { name: line(200), email: emailAddress, role: line(200), language, mails };

/** Of a contact of whom nobody has said otherwise. */
export const usualMails: { readonly language: string; readonly mails: ContactMail[] } = {
  language: 'en',
  mails: Object.values(ContactMail),
};

/** Says in the caller's words that a contact has the e-mail address already. */
export function addressTaken(error: unknown): unknown {
  if (!(error instanceof UniqueConstraintViolationException)) return error;
  return new CallerError('CONFLICT', 'Another contact of this customer has this e-mail address.', {
    field: 'input.email',
    remedy: 'Look for the contact with `contacts(customerId)`, or give another address.',
    cause: error,
  });
}
