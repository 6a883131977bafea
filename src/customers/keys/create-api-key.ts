import { randomUUID } from 'node:crypto';
import { LockMode } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { type Role, roles } from '../../core/role.js';
import type { Secret } from '../../core/secret.js';
import { CallerError } from '../../core/errors.js';
import type { Scope } from '../../scope.js';
import { record } from '../audit/record.js';
import { checkInput, invalid, line } from '../check-input.js';
import { Customer } from '../customer.entity.js';
import type { Once } from '../once/idempotency-key.js';
import { onlyOnce } from '../once/only-once.js';
import { Staff } from '../staff/staff.entity.js';
import { ApiKey } from './api-key.entity.js';
import type { CreateApiKeyInput } from './api-key.type.js';
import { hashKeySecret, makeKeySecret } from './key-secret.js';

const shape = z.object({
  label: line(200),
  role: z.enum(roles as [Role, ...Role[]]),
  customerId: z.uuid('must be the id of a customer').nullish(),
  staffId: z.uuid('must be the id of a member of staff').nullish(),
  expiresAt: z.date().nullish(),
});
type Wanted = z.infer<typeof shape>;

/**
 * @throws CallerError INVALID_INPUT when role, customer, member of staff and expiry do not go together;
 *   CONFLICT when it was made before under the same idempotency key, since its secret is gone; IDEMPOTENCY_MISMATCH, IN_PROGRESS
 */
export async function createApiKey(
  scope: Scope,
  input: CreateApiKeyInput,
  once?: Once,
): Promise<{ apiKey: ApiKey; secret: Secret<string> }> {
  const wanted = checkInput(shape, input);
  checkTogether(wanted, scope.clock.now());
  const secret = makeKeySecret();
  const outcome = await onlyOnce(scope, once, async inside => {
    const staff = await ownerOf(inside, wanted);
    const { label, role, customerId = null, expiresAt = null } = wanted;
    const key = inside.em.create(ApiKey, {
      ...{ id: randomUUID(), label, role, customerId, staff, origin: 'issued', hash: hashKeySecret(secret) },
      ...{ createdAt: scope.clock.now(), expiresAt, revokedAt: null, lastUsedAt: null },
    });
    await inside.em.persist(key).flush();
    await record(inside, {
      act: 'api-key.created',
      target: `api key ${key.id}`,
      customerId,
      details: { label, role, staffId: staff?.id ?? null, expiresAt: expiresAt?.toISOString() ?? null },
    });
    return key;
  });
  if (outcome.before !== undefined) throw secretIsGone(outcome.before);
  return { apiKey: outcome.done, secret };
}

function secretIsGone(id: string): CallerError {
  return new CallerError('CONFLICT', `This API key was made before, with the id ${id}; its secret was shown once.`, {
    field: 'idempotencyKey',
    remedy: 'If the secret was lost, revoke that key and make another one under a new idempotency key.',
  });
}

function checkTogether({ role, customerId, staffId, expiresAt }: Wanted, now: Date): void {
  if (role === 'customer' && customerId == null) throw invalid('input.customerId', 'is needed for the role CUSTOMER');
  if (role !== 'customer' && customerId != null) throw invalid('input.customerId', 'goes only with the role CUSTOMER');
  if (!isStaffRole(role) && staffId != null) {
    throw invalid('input.staffId', 'goes only with the roles ADMIN, CS and SALES');
  }
  if (expiresAt != null && expiresAt <= now) throw invalid('input.expiresAt', 'must be in the future');
}

/** The member of staff whose key it becomes, locked: they cannot leave while the key is being made. */
async function ownerOf({ em }: Scope, { role, customerId, staffId }: Wanted): Promise<Staff | null> {
  if (customerId != null && (await em.count(Customer, { id: customerId })) === 0) {
    throw invalid('input.customerId', 'is not the id of a customer');
  }
  if (staffId == null) return null;
  const staff = await em.findOne(Staff, { id: staffId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (staff === null) throw invalid('input.staffId', 'is not the id of a member of staff');
  if (staff.leftAt !== null) throw invalid('input.staffId', 'names somebody who has left');
  if (reachOf(role) > reachOf(staff.role)) throw invalid('input.role', 'is more than the member of staff may do');
  return staff;
}

const byReach: readonly Role[] = ['sales', 'cs', 'admin'];
const reachOf = (role: Role): number => byReach.indexOf(role);
const isStaffRole = (role: Role): boolean => byReach.includes(role);
