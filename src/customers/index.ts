/** Who is asking and for whom: customers and their contacts, staff, API keys, roles, the audit trail; and what every list is made of. */
import { AuditEntry } from './audit/audit-entry.entity.js';
import { AuditHead } from './audit/audit-head.entity.js';
import { AuditResolver } from './audit/audit.resolver.js';
import { Contact } from './contacts/contact.entity.js';
import { ContactResolver } from './contacts/contact.resolver.js';
import { Customer } from './customer.entity.js';
import { CustomerResolver } from './customer.resolver.js';
import { ApiKey } from './keys/api-key.entity.js';
import { ApiKeyResolver } from './keys/api-key.resolver.js';
import { Staff } from './staff/staff.entity.js';
import { StaffResolver } from './staff/staff.resolver.js';
import { ViewerResolver } from './viewer.resolver.js';

export { type Act, record } from './audit/record.js';
export { type HouseAct, recordInSql } from './audit/record-in-sql.js';
export { type AuditVerdict, verifyAuditTrail } from './audit/verify-audit-trail.js';
export { checkInput, emailAddress, invalid, line, searchWords } from './check-input.js';
export { Contact } from './contacts/contact.entity.js';
export { ContactMail } from './contacts/contact-mail.js';
export { contactByAddress } from './contacts/contact-by-address.js';
export { contactShape } from './contacts/contact-shape.js';
export { findContact } from './contacts/find-contact.js';
export { Customer } from './customer.entity.js';
export { authenticate, type Door, type KeyHolder, keysThatWork, reachOf } from './keys/authenticate.js';
export { ensureConfiguredKey, ensureFirstKey } from './keys/first-key.js';
export { keyRevokedTopic } from './keys/revoke-api-key.js';
export { IdempotencyKey, type Once, onceFor } from './once/idempotency-key.js';
export { doneBefore, forgetRecords, onlyOnce } from './once/only-once.js';
export { type Page, PageArguments, pageOf } from './lists/page.type.js';
export { customerOf, readCustomer } from './read-customers.js';
export { Staff } from './staff/staff.entity.js';
export { readPage } from './lists/read-page.js';

export const feature = {
  entities: [Customer, Contact, Staff, ApiKey, AuditEntry, AuditHead],
  resolvers: [CustomerResolver, ContactResolver, StaffResolver, ApiKeyResolver, AuditResolver, ViewerResolver],
};
