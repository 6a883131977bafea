import { Arg, Args, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Role } from '../core/role.js';
import type { Scope } from '../scope.js';
import { createCustomer } from './create-customer.js';
import { Customer } from './customer.entity.js';
import { CreateCustomerInput, CustomerPage } from './customer.type.js';
import { IdempotencyKey, onceFor } from './once/idempotency-key.js';
import { PageArguments } from './lists/page.type.js';
import { readCustomer, readCustomers } from './read-customers.js';

@Resolver(() => Customer)
export class CustomerResolver {
  @Authorized<Role>(['admin', 'cs', 'service'])
  @Mutation(() => Customer, { description: 'Creates a customer. CONFLICT when another one has the reference.' })
  createCustomer(
    @Arg('input', () => CreateCustomerInput, { description: 'The new customer.' }) input: CreateCustomerInput,
    @Ctx() scope: Scope,
    @IdempotencyKey() key?: string | null,
  ): Promise<Customer> {
    return createCustomer(scope, input, onceFor(key, 'createCustomer', input));
  }

  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Query(() => CustomerPage, { description: 'Customers, newest first. A customer sees only itself.' })
  customers(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('search', () => String, {
      nullable: true,
      description: 'Only those whose name or reference contains this, in upper or lower case.',
    })
    search?: string | null,
  ): Promise<CustomerPage> {
    return readCustomers(scope, search, page);
  }

  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Query(() => Customer, { description: 'One customer.' })
  customer(
    @Arg('id', () => ID, { description: 'Id of the customer.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<Customer> {
    return readCustomer(scope, id);
  }
}
