import { randomUUID } from 'node:crypto';
import { UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { CallerError, notFound } from '../../core/errors.js';
import type { Scope } from '../../scope.js';
import { record } from '../audit/record.js';
import { checkInput, emailAddress, line } from '../check-input.js';
import type { Once } from '../once/idempotency-key.js';
import { onlyOnce } from '../once/only-once.js';
import { StaffRoleEnum } from '../role.type.js';
import { Staff } from './staff.entity.js';
import type { CreateStaffInput } from './staff.type.js';

const shape = z.object({
  name: line(200),
  email: emailAddress,
  role: z.enum(StaffRoleEnum),
});

/** @throws CallerError CONFLICT when another member of staff has the e-mail address; IDEMPOTENCY_MISMATCH, IN_PROGRESS */
export async function createStaff(scope: Scope, input: CreateStaffInput, once?: Once): Promise<Staff> {
  const { name, email, role } = checkInput(shape, input);
  try {
    const outcome = await onlyOnce(scope, once, async inside => {
      const createdAt = scope.clock.now();
      const staff = inside.em.create(Staff, { id: randomUUID(), name, email, role, createdAt, leftAt: null });
      await inside.em.persist(staff).flush();
      await record(inside, { act: 'staff.created', target: `staff ${staff.id}`, details: { name, email, role } });
      return staff;
    });
    return outcome.before === undefined ? outcome.done : await readStaff(scope, outcome.before);
  } catch (cause) {
    if (!(cause instanceof UniqueConstraintViolationException)) throw cause;
    throw new CallerError('CONFLICT', 'Another member of staff has this e-mail address.', {
      field: 'input.email',
      remedy: 'Look for the member of staff with `staff`, or give another address.',
      cause,
    });
  }
}

async function readStaff({ em }: Scope, id: string): Promise<Staff> {
  const staff = await em.findOne(Staff, { id });
  if (staff === null) throw notFound('member of staff');
  return staff;
}
