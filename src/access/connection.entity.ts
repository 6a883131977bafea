import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { RevocationState } from './revocations/revocation.type.js';

export enum CredentialHealth {
  VALID = 'valid',
  EXPIRING = 'expiring',
  BROKEN = 'broken',
  DISCONNECTED = 'disconnected',
}
registerEnumType(CredentialHealth, {
  name: 'CredentialHealth',
  description: 'Whether the platform still lets us in.',
  valuesConfig: {
    VALID: { description: 'The platform accepts the credential.' },
    EXPIRING: { description: 'The credential works, but its end is near.' },
    BROKEN: { description: 'The platform refuses the credential; it must be renewed.' },
    DISCONNECTED: { description: 'The credential was destroyed; `lastError` says why.' },
  },
});

/** A sentence about a connection, with what to do about it. */
@ObjectType({ description: 'Something about a connection that a person should know, and what to do about it.' })
export class ConnectionNotice {
  @Field(() => String, { description: 'What kind of notice this is; stable, for programs.' })
  code!: string;

  @Field(() => String, { description: 'What was noticed.' })
  message!: string;

  @Field(() => String, { description: 'What to do about it.' })
  remedy!: string;
}

@ObjectType({ description: 'How a connection is doing, one axis a field.' })
export class ConnectionHealth {
  /** Of the connection that it is about. */
  readonly connectionId!: string;

  @Field(() => CredentialHealth, { description: 'Whether the platform still lets us in.' })
  credential!: CredentialHealth;

  @Field(() => Date, { description: 'When the platform last accepted or refused the credential.' })
  credentialCheckedAt!: Date;
}

@Entity({ tableName: 'connections' })
@ObjectType({ description: "One customer's standing permission to read one account on one platform." })
export class Connection {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the connection.' })
  id!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The customer that the connection belongs to.' })
  customerId!: string;

  @Property({ type: 'text' })
  @Field(() => ID, { description: 'Id of the platform, as `platforms` lists it.' })
  platform!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: "The platform's id of the account." })
  accountId!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Name of the account, as found on the platform.' })
  accountName!: string;

  /** What the platform told about itself at connect time, such as its own host for this account. */
  @Property({ type: 'json' })
  settings!: Readonly<Record<string, string>>;

  @Property({ type: 'text' })
  credentialHealth!: CredentialHealth;

  @Property({ type: 'timestamptz' })
  credentialCheckedAt!: Date;

  @Property({ type: 'json' })
  @Field(() => [ConnectionNotice], { description: 'What was odd when the connection was made.' })
  warnings!: ConnectionNotice[];

  @Property({ type: 'json', nullable: true })
  @Field(() => ConnectionNotice, { nullable: true, description: 'Why the connection does not work, when it does not.' })
  lastError!: ConnectionNotice | null;

  /** Set while it is disconnected. */
  @Property({ type: 'text', nullable: true })
  revocation!: RevocationState | null;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Who connected it.' })
  createdBy!: string;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was first connected.' })
  createdAt!: Date;

  @Property({ type: 'timestamptz' })
  updatedAt!: Date;

  @Field(() => ConnectionHealth, { description: 'How the connection is doing.' })
  get health(): ConnectionHealth {
    const { id, credentialHealth, credentialCheckedAt } = this;
    return { connectionId: id, credential: credentialHealth, credentialCheckedAt };
  }
}
