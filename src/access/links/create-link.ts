import { LockMode } from '@mikro-orm/postgresql';
import { connectorFor } from '../../catalog/index.js';
import { notFound } from '../../core/errors.js';
import type { Secret } from '../../core/secret.js';
import { readCustomer } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { Connection } from '../connection.entity.js';
import { contactOf } from './contact-of.js';
import type { Link } from './link.entity.js';
import type { CreateConnectLinkInput, CreateReconnectLinkInput, NewLinkDelivery } from './link.type.js';
import { mailLink, makeLink, type NewLink } from './make-link.js';

export interface CreatedLink {
  readonly link: Link;
  /** Absent when it was mailed. */
  readonly address: Secret<string> | undefined;
}

/** @throws CallerError NOT_FOUND, UNKNOWN_PLATFORM, PLATFORM_NOT_SUPPORTED; INVALID_INPUT when the contact is of another customer or has left; CONFLICT while the platform is stopped */
export async function createConnectLink(scope: Scope, input: CreateConnectLinkInput): Promise<CreatedLink> {
  const { id: customerId } = await readCustomer(scope, input.customerId);
  const { id: platform } = connectorFor(scope, input.platform, 'input.platform').manifest;
  const contact = await contactOf(scope, customerId, input.contactId);
  return inTransaction(scope, inside => create(inside, { customerId, platform, contact }, input.delivery));
}

/** @throws CallerError NOT_FOUND; INVALID_INPUT when the contact is of another customer or has left; CONFLICT while the platform is stopped */
export function createReconnectLink(scope: Scope, input: CreateReconnectLinkInput): Promise<CreatedLink> {
  return inTransaction(scope, async inside => {
    const connection = await inside.em.findOne(
      Connection,
      { id: input.connectionId },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    if (connection === null) throw notFound('connection');
    const { id: connectionId, customerId, platform } = connection;
    const contact = await contactOf(inside, customerId, input.contactId);
    return create(inside, { customerId, platform, connectionId, contact }, input.delivery);
  });
}

async function create(inside: Scope, wanted: NewLink, delivery: NewLinkDelivery): Promise<CreatedLink> {
  const made = await makeLink(inside, wanted);
  if (delivery === 'show') return made;
  await mailLink(inside, made);
  return { link: made.link, address: undefined };
}
