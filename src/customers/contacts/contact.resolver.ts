import { Arg, Args, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { Role } from '../../core/role.js';
import type { Scope } from '../../scope.js';
import { PageArguments } from '../lists/page.type.js';
import { readPage } from '../lists/read-page.js';
import { IdempotencyKey, onceFor } from '../once/idempotency-key.js';
import { changeContact } from './change-contact.js';
import { Contact } from './contact.entity.js';
import { ChangeContactInput, ContactPage, CreateContactInput } from './contact.type.js';
import { createContact } from './create-contact.js';
import { endContact } from './end-contact.js';

@Resolver(() => Contact)
export class ContactResolver {
  // Not the customer itself: whoever holds its API key could have links sent to anybody.
  @Authorized<Role>(['admin', 'cs', 'service'])
  @Mutation(() => Contact, {
    description: 'Enters a contact of a customer. CONFLICT when another one of that customer has the e-mail address.',
  })
  createContact(
    @Arg('input', () => CreateContactInput, { description: 'The new contact.' }) input: CreateContactInput,
    @Ctx() scope: Scope,
    @IdempotencyKey() key?: string | null,
  ): Promise<Contact> {
    return createContact(scope, input, onceFor(key, 'createContact', input));
  }

  @Authorized<Role>(['admin', 'cs', 'service'])
  @Mutation(() => Contact, {
    description:
      'Changes the name, the e-mail address or the role of a contact, the language of their mails, or which mails they get.',
  })
  changeContact(
    @Arg('input', () => ChangeContactInput, { description: 'Which contact, and what is different.' })
    input: ChangeContactInput,
    @Ctx() scope: Scope,
  ): Promise<Contact> {
    return changeContact(scope, input);
  }

  @Authorized<Role>(['admin', 'cs', 'service'])
  @Mutation(() => Contact, {
    description: 'Notes that nothing may be sent to a contact any more. Doing it again changes nothing.',
  })
  endContact(
    @Arg('id', () => ID, { description: 'Id of the contact.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<Contact> {
    return endContact(scope, id);
  }

  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Query(() => ContactPage, { description: 'Contacts, newest first, those who left too.' })
  contacts(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' })
    customerId?: string | null,
  ): Promise<ContactPage> {
    return readPage(scope.em, Contact, customerId == null ? {} : { customerId }, page, 'createdAt');
  }
}
