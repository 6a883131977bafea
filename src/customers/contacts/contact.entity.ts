import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { ContactMail } from './contact-mail.js';

@Entity({ tableName: 'contacts' })
@ObjectType({
  description: 'A person at a customer. Links and codes go to contacts and to nobody else.',
})
export class Contact {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the contact.' })
  id!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The customer they belong to.' })
  customerId!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Name.' })
  name!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'E-mail address, in lower case.' })
  email!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'What they do there, such as "Gong administrator".' })
  role!: string;

  @Property({ type: 'text' })
  @Field(() => String, {
    description: 'In which language they read mails, as in `de` or `de-AT`.',
  })
  language!: string;

  @Property({ type: 'array' })
  @Field(() => [ContactMail], { description: 'Which mails they want, beside those that they need.' })
  mails!: ContactMail[];

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When they were entered.' })
  createdAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'Since when nothing is sent to them any more; null while it is.' })
  leftAt!: Date | null;
}
