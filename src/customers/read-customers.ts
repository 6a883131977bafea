import { batched } from '../batched.js';
import { notFound } from '../core/errors.js';
import type { PageRequest } from '../core/page.js';
import type { Scope } from '../scope.js';
import { checkInput, searchWords } from './check-input.js';
import { Customer } from './customer.entity.js';
import type { CustomerPage } from './customer.type.js';
import { readPage } from './lists/read-page.js';

/** The customers that the viewer may see, newest first. */
export function readCustomers(
  scope: Scope,
  search: string | null | undefined,
  page: PageRequest,
): Promise<CustomerPage> {
  const words = checkInput(searchWords, search, 'search');
  // What the reader typed is text, not a pattern.
  const like = { $ilike: `%${words.replace(/[\\%_]/g, '\\$&')}%` };
  const where = words === '' ? {} : { $or: [{ name: like }, { reference: like }] };
  return readPage(scope.em, Customer, where, page, 'createdAt');
}

/** @throws CallerError NOT_FOUND when there is none, or the viewer may not see it. */
export async function readCustomer(scope: Scope, id: string): Promise<Customer> {
  const customer = await scope.em.findOne(Customer, { id });
  if (customer === null) throw notFound('customer');
  return customer;
}

/** The customer of something that the viewer may see; one look for a whole page. */
export const customerOf = batched(async ({ em }, ids): Promise<ReadonlyMap<string, Customer>> => {
  const found = await em.find(Customer, { id: { $in: [...ids] } });
  return new Map(found.map(customer => [customer.id, customer]));
});
