import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { pageOf } from '../../customers/index.js';
import { Link } from './link.entity.js';

const NewLinkDeliveryEnum = { MAIL: 'mail', SHOW: 'show' } as const;
export type NewLinkDelivery = (typeof NewLinkDeliveryEnum)[keyof typeof NewLinkDeliveryEnum];
registerEnumType(NewLinkDeliveryEnum, {
  name: 'LinkDelivery',
  description: 'How a new link reaches the contact.',
  valuesConfig: {
    MAIL: { description: 'The hub mails it to the contact.' },
    SHOW: { description: 'Its address is in the answer, this once, for you to send.' },
  },
});

@InputType({ description: 'A link by which a contact connects an account for the first time.' })
export class CreateConnectLinkInput {
  @Field(() => ID, { description: 'The customer whose account it will be.' })
  customerId!: string;

  @Field(() => ID, { description: 'Id of the platform, as `platforms` lists it.' })
  platform!: string;

  @Field(() => ID, { description: 'The contact who gets the link, and to whom the code goes.' })
  contactId!: string;

  @Field(() => NewLinkDeliveryEnum, { defaultValue: 'mail', description: 'How it reaches the contact.' })
  delivery!: NewLinkDelivery;
}

@InputType({ description: 'A link by which a contact renews the credential of a connection.' })
export class CreateReconnectLinkInput {
  @Field(() => ID, { description: 'The connection to renew.' })
  connectionId!: string;

  @Field(() => ID, { description: 'The contact who gets the link, and to whom the code goes.' })
  contactId!: string;

  @Field(() => NewLinkDeliveryEnum, { defaultValue: 'mail', description: 'How it reaches the contact.' })
  delivery!: NewLinkDelivery;
}

@InputType({ description: 'A sign-in at a platform by whoever is signed in to an internal tool.' })
export class StartOAuthInput {
  @Field(() => ID, { description: 'The customer whose account it is.' })
  customerId!: string;

  @Field(() => ID, { description: 'Id of the platform, as `platforms` lists it.' })
  platform!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The connection to renew: only the same account is taken. Left out: any account of the customer.',
  })
  connectionId?: string | null;
}

@ObjectType({ description: 'A link that has just been made.' })
export class NewLink {
  @Field(() => Link, { description: 'The link.' })
  link!: Link;

  @Field(() => String, {
    nullable: true,
    description:
      'The address to send to the contact and to nobody else. Null when it was mailed; it is never shown again.',
  })
  address!: string | null;
}

@ObjectType({ description: 'A page of links, newest first.' })
export class LinkPage extends pageOf(Link) {}
