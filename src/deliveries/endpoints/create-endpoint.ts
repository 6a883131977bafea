import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { CallerError } from '../../core/errors.js';
import type { Secret } from '../../core/secret.js';
import { checkInput, doneBefore, type Once, onlyOnce, readCustomer, record } from '../../customers/index.js';
import type { Scope } from '../../scope.js';
import { descriptionShape, requireReachable, typesShape, urlShape } from './check-endpoint.js';
import { Endpoint, EndpointState } from './endpoint.entity.js';
import type { CreateEndpointInput, EndpointTest } from './endpoint.type.js';
import { makeSigningSecret, openSigningSecret, sealSigningSecret } from './signing-secret.js';
import { testOf } from './test-endpoint.js';

const shape = z.object({
  url: urlShape,
  customerId: z.guid('must be the id of a customer').nullish(),
  types: typesShape.nullish(),
  description: descriptionShape.nullish(),
});

export interface CreatedEndpoint {
  readonly endpoint: Endpoint;
  readonly secret: Secret<string>;
  /** null: it was created before, under the same idempotency key. */
  readonly test: EndpointTest | null;
}

/**
 * Creates an endpoint, after a test message was sent there.
 *
 * @throws CallerError INVALID_INPUT, NOT_FOUND, EGRESS_REFUSED; CONFLICT when there are too many, or when it was created before under the same
 *   idempotency key and deleted since; IDEMPOTENCY_MISMATCH, IN_PROGRESS
 */
export async function createEndpoint(scope: Scope, input: CreateEndpointInput, once?: Once): Promise<CreatedEndpoint> {
  const { url, types = null, description = null, ...wanted } = checkInput(shape, input);
  const customerId = ownerOf(scope, wanted.customerId ?? undefined);
  if (customerId !== null) await readCustomer(scope, customerId);
  const before = await doneBefore(scope, once);
  if (before !== undefined) return madeBefore(scope, before);
  await requireRoom(scope, customerId);
  const owner = { id: randomUUID(), customerId };
  const secret = makeSigningSecret();
  const sealed = await sealSigningSecret(scope.keyring, { ...owner, column: 'sealed' }, secret);
  const outcome = await requireReachable(scope, owner.id, { url, secrets: [secret] });
  const made = await onlyOnce(scope, once, async inside => {
    const now = inside.clock.now();
    const endpoint = inside.em.create(Endpoint, {
      ...{ ...owner, url, types, description, state: EndpointState.ACTIVE, disabledBecause: null },
      ...{ sealed, earlierSealed: null, earlierUntil: null, failingSince: null, resumeAt: null, lastDeliveredAt: null },
      ...{ createdBy: inside.viewer.name, createdAt: now, updatedAt: now },
    });
    await inside.em.flush();
    const details = { host: new URL(url).host, types };
    await record(inside, { act: 'endpoint.created', target: `endpoint ${owner.id}`, customerId, details });
    return endpoint;
  });
  if (made.before !== undefined) return madeBefore(scope, made.before);
  return { endpoint: made.done, secret, test: testOf(outcome) };
}

/** Every change is a message to each of them. */
const mostEndpoints = 50;

async function requireRoom({ em }: Scope, customerId: string | null): Promise<void> {
  if ((await em.count(Endpoint, { customerId })) < mostEndpoints) return;
  throw new CallerError('CONFLICT', `There are ${mostEndpoints} endpoints already.`, {
    remedy: 'Delete one that is not used any more with `deleteEndpoint`, or let one program pass changes on to others.',
  });
}

/** Null: every customer's. */
function ownerOf({ viewer }: Scope, wanted: string | undefined): string | null {
  const customerId = wanted ?? viewer.customerId;
  if (customerId !== undefined) return customerId;
  if (viewer.role === 'admin' || viewer.role === 'service') return null;
  throw new CallerError('INVALID_INPUT', 'Only admins and services have endpoints for the changes of every customer.', {
    field: 'input.customerId',
    remedy: 'Name the customer whose changes are to be sent.',
  });
}

/** Whoever has not got the answer asks again by the same key. */
async function madeBefore({ em, keyring }: Scope, id: string): Promise<CreatedEndpoint> {
  const endpoint = await em.findOne(Endpoint, { id });
  if (endpoint === null) {
    throw new CallerError('CONFLICT', 'This endpoint was created before under the same key, and deleted since.', {
      field: 'idempotencyKey',
      remedy: 'Use another key to create it anew.',
    });
  }
  const { customerId, sealed } = endpoint;
  const secret = await openSigningSecret(keyring, { column: 'sealed', id, customerId }, sealed);
  return { endpoint, secret, test: null };
}
