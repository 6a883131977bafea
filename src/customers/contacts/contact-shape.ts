import { UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { CallerError } from '../../core/errors.js';
import { emailAddress, line } from '../check-input.js';

export const contactShape = { name: line(200), email: emailAddress, role: line(200) };

/** Says in the caller's words that a contact has the e-mail address already. */
export function addressTaken(error: unknown): unknown {
  if (!(error instanceof UniqueConstraintViolationException)) return error;
  return new CallerError('CONFLICT', 'Another contact of this customer has this e-mail address.', {
    field: 'input.email',
    remedy: 'Look for the contact with `contacts(customerId)`, or give another address.',
    cause: error,
  });
}
