import { randomUUID } from 'node:crypto';
import { UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { z } from 'zod';
import { CallerError } from '../core/errors.js';
import type { Scope } from '../scope.js';
import { record } from './audit/record.js';
import { checkInput, line } from './check-input.js';
import { Customer } from './customer.entity.js';
import type { CreateCustomerInput } from './customer.type.js';
import type { Once } from './once/idempotency-key.js';
import { onlyOnce } from './once/only-once.js';
import { readCustomer } from './read-customers.js';

const shape = z.object({ name: line(200), reference: line(200).nullish() });

/** @throws CallerError CONFLICT when another customer has the reference; IDEMPOTENCY_MISMATCH, IN_PROGRESS */
export async function createCustomer(scope: Scope, input: CreateCustomerInput, once?: Once): Promise<Customer> {
  const { name, reference = null } = checkInput(shape, input);
  try {
    const outcome = await onlyOnce(scope, once, async inside => {
      const customer = inside.em.create(Customer, { id: randomUUID(), name, reference, createdAt: scope.clock.now() });
      await inside.em.persist(customer).flush();
      await record(inside, {
        act: 'customer.created',
        target: `customer ${customer.id}`,
        customerId: customer.id,
        details: { name, reference },
      });
      return customer;
    });
    return outcome.before === undefined ? outcome.done : await readCustomer(scope, outcome.before);
  } catch (cause) {
    if (!(cause instanceof UniqueConstraintViolationException)) throw cause;
    throw new CallerError('CONFLICT', 'Another customer has this reference.', {
      field: 'input.reference',
      remedy: 'Look for the customer with `customers(search)`, or choose another reference.',
      cause,
    });
  }
}
