import type { Role } from '../../src/core/role.js';

/**
 * How the walk covers what the schema offers. A field, argument or input field that is neither here nor of a type that
 * needs no choice fails the walk: whoever adds one says here who may ask it and what its value names.
 */
export interface How {
  /** Who may ask, by query, mutation and subscription. Everybody else is refused. */
  readonly mayAsk: Readonly<Record<string, readonly Role[]>>;
  /** What the values of arguments and input fields name. */
  readonly names: Readonly<Record<string, Kind>>;
  /** Output fields that are null throughout this world, each with the reason. */
  readonly neverThere: Readonly<Record<string, string>>;
}

/** What a value can name. Those of `identities` differ from customer to customer. */
export const identities = [
  'customer',
  'connection',
  'cutConnection',
  'import',
  'haltedImport',
  'stoppedImport',
  'call',
  'apiKey',
  'staff',
  'contact',
  'cursor',
  'auditCursor',
  'externalId',
  'title',
  'email',
  'customerName',
  'reference',
  'idempotencyKey',
] as const;
const plain = ['platform', 'secret', 'label', 'freshEmail', 'role', 'staffRole', 'past', 'later', 'future'] as const;
export type Kind = (typeof identities)[number] | (typeof plain)[number];

const everybody: readonly Role[] = ['admin', 'cs', 'sales', 'service', 'customer'];
const all: readonly Role[] = ['admin', 'cs', 'service', 'customer'];
const house: readonly Role[] = ['admin', 'cs', 'service'];
const desk: readonly Role[] = ['admin', 'cs'];
const admin: readonly Role[] = ['admin'];

export const how: How = {
  mayAsk: {
    'Query.apiKeys': admin,
    'Query.auditEntries': admin,
    'Query.auditTrail': admin,
    'Query.call': all,
    'Query.calls': all,
    'Query.connection': all,
    'Query.connections': all,
    'Query.contacts': all,
    'Query.customer': all,
    'Query.customers': all,
    'Query.errorCodes': everybody,
    'Query.facts': house,
    'Query.import': all,
    'Query.imports': all,
    'Query.mails': desk,
    'Query.platform': everybody,
    'Query.platforms': everybody,
    'Query.staff': admin,
    'Query.viewer': everybody,
    'Mutation.cancelImport': all,
    'Mutation.changeContact': house,
    'Mutation.connectWithSecret': all,
    'Mutation.createApiKey': admin,
    'Mutation.createContact': house,
    'Mutation.createCustomer': house,
    'Mutation.createStaff': admin,
    'Mutation.disconnect': all,
    'Mutation.endContact': house,
    'Mutation.endStaff': admin,
    'Mutation.pauseImport': all,
    'Mutation.resumeImport': all,
    'Mutation.revokeApiKey': admin,
    'Mutation.startImport': all,
    'Subscription.connectionChanged': all,
    'Subscription.importProgress': all,
  },
  names: {
    'Query.apiKeys(after:)': 'cursor',
    'Query.auditEntries(after:)': 'auditCursor',
    'Query.auditEntries(customerId:)': 'customer',
    'Query.auditTrail(customerId:)': 'customer',
    'Query.call(id:)': 'call',
    'Query.calls(after:)': 'cursor',
    'Query.calls(customerId:)': 'customer',
    'Query.connection(id:)': 'connection',
    'Query.connections(after:)': 'cursor',
    'Query.connections(customerId:)': 'customer',
    'Query.connections(platform:)': 'platform',
    'Query.contacts(after:)': 'cursor',
    'Query.contacts(customerId:)': 'customer',
    'Query.customer(id:)': 'customer',
    'Query.customers(after:)': 'cursor',
    'Query.customers(search:)': 'customerName',
    'Query.facts(after:)': 'cursor',
    'Query.facts(connectionId:)': 'connection',
    'Query.facts(customerId:)': 'customer',
    'Query.import(id:)': 'import',
    'Query.imports(after:)': 'cursor',
    'Query.imports(connectionId:)': 'connection',
    'Query.imports(customerId:)': 'customer',
    'Query.mails(after:)': 'cursor',
    'Query.mails(customerId:)': 'customer',
    'Query.platform(id:)': 'platform',
    'Query.staff(after:)': 'cursor',
    'Import.unusable(after:)': 'cursor',
    'CallFilter.connectionId': 'connection',
    'CallFilter.externalId': 'externalId',
    'CallFilter.from': 'past',
    'CallFilter.importId': 'import',
    'CallFilter.participantEmail': 'email',
    'CallFilter.platform': 'platform',
    'CallFilter.title': 'title',
    'CallFilter.to': 'later',
    'Mutation.cancelImport(id:)': 'stoppedImport',
    'Mutation.connectWithSecret(idempotencyKey:)': 'idempotencyKey',
    'Mutation.createApiKey(idempotencyKey:)': 'idempotencyKey',
    'Mutation.createContact(idempotencyKey:)': 'idempotencyKey',
    'Mutation.createCustomer(idempotencyKey:)': 'idempotencyKey',
    'Mutation.createStaff(idempotencyKey:)': 'idempotencyKey',
    'Mutation.startImport(idempotencyKey:)': 'idempotencyKey',
    'Mutation.disconnect(connectionId:)': 'cutConnection',
    'Mutation.endContact(id:)': 'contact',
    'Mutation.endStaff(id:)': 'staff',
    'Mutation.pauseImport(id:)': 'haltedImport',
    'Mutation.resumeImport(id:)': 'haltedImport',
    'Mutation.revokeApiKey(id:)': 'apiKey',
    'ChangeContactInput.email': 'freshEmail',
    'ChangeContactInput.id': 'contact',
    'ChangeContactInput.name': 'label',
    'ChangeContactInput.role': 'label',
    'ConnectWithSecretInput.customerId': 'customer',
    'ConnectWithSecretInput.platform': 'platform',
    'ConnectWithSecretInput.secret': 'secret',
    'CreateApiKeyInput.customerId': 'customer',
    'CreateApiKeyInput.expiresAt': 'future',
    'CreateApiKeyInput.label': 'label',
    'CreateApiKeyInput.role': 'role',
    'CreateApiKeyInput.staffId': 'staff',
    'CreateContactInput.customerId': 'customer',
    'CreateContactInput.email': 'freshEmail',
    'CreateContactInput.name': 'label',
    'CreateContactInput.role': 'label',
    'CreateCustomerInput.name': 'label',
    'CreateCustomerInput.reference': 'reference',
    'CreateStaffInput.email': 'freshEmail',
    'CreateStaffInput.name': 'label',
    'CreateStaffInput.role': 'staffRole',
    'StartImportInput.connectionId': 'connection',
    'StartImportInput.from': 'past',
    'StartImportInput.to': 'later',
    'Subscription.connectionChanged(customerId:)': 'customer',
    'Subscription.importProgress(importId:)': 'import',
  },
  neverThere: {
    ...Object.fromEntries(
      [
        ...['id', 'customerId', 'recipientName', 'recipientAddress', 'subject', 'status', 'attempts', 'problem'],
        ...['createdAt', 'usefulUntil', 'sentAt', 'text'],
      ].map(name => [`Mail.${name}`, 'nothing posts mails yet']),
    ),
    'Fact.linkId': 'there are no links yet',
    'AuditTrail.brokenAt': 'nobody has tampered with a trail here',
    'Platform.reachesBackDays': 'no platform known so far forgets',
  },
};
