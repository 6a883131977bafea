import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { pageOf } from '../lists/page.type.js';
import { Contact } from './contact.entity.js';
import { ContactMail } from './contact-mail.js';

@InputType({ description: 'A contact to be entered.' })
export class CreateContactInput {
  @Field(() => ID, { description: 'The customer they belong to.' })
  customerId!: string;

  @Field(() => String, { description: 'Name, 1 to 200 characters.' })
  name!: string;

  @Field(() => String, { description: 'E-mail address. No two contacts of a customer share one.' })
  email!: string;

  @Field(() => String, { description: 'What they do there, such as "Gong administrator"; 1 to 200 characters.' })
  role!: string;

  @Field(() => String, {
    nullable: true,
    description: 'In which language they are written to: `en` or `de`, also as in `de-AT`; left out: `en`.',
  })
  language?: string | null;

  @Field(() => [ContactMail], {
    nullable: true,
    description: 'Which mails they want, beside those that they need; left out: all.',
  })
  mails?: ContactMail[] | null;
}

@InputType({ description: 'What is different about a contact. What is left out stays as it is.' })
export class ChangeContactInput {
  @Field(() => ID, { description: 'The contact to change.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Name, 1 to 200 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address. No two contacts of a customer share one.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'What they do there; 1 to 200 characters.' })
  role?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'In which language they are written to: `en` or `de`, also as in `de-AT`.',
  })
  language?: string | null;

  @Field(() => [ContactMail], {
    nullable: true,
    description: 'Which mails they want, beside those that they need. An empty list: none.',
  })
  mails?: ContactMail[] | null;
}

@ObjectType({ description: 'A page of contacts, newest first.' })
export class ContactPage extends pageOf(Contact) {}
