import { CallerError } from '../core/errors.js';

interface Standing {
  readonly accountName: string;
  readonly lastError: { readonly remedy?: string } | null;
}

/** Whoever wants to use a connection that a person has to mend first. */
export function notReady(connection: Standing | undefined): CallerError {
  const name = connection?.accountName ?? 'the account';
  return new CallerError('CONNECTION_NOT_READY', `The connection to ${name} needs a new credential.`, {
    field: 'input.connectionId',
    remedy:
      connection?.lastError?.remedy ?? 'Connect the same account again with a new key; the connection keeps its id.',
  });
}
