import { type Connection, CredentialHealth } from './connection.entity.js';

/** Whether the platform lets us in with what is stored, as far as anybody knows. */
export function stillWorks({ credentialHealth }: Connection): boolean {
  return credentialHealth === CredentialHealth.VALID || credentialHealth === CredentialHealth.EXPIRING;
}
