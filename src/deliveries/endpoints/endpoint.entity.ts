import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { type ChangeType, ChangeTypeEnum } from '../../outbox/index.js';

export enum EndpointState {
  ACTIVE = 'ACTIVE',
  DISABLED = 'DISABLED',
}
registerEnumType(EndpointState, {
  name: 'EndpointState',
  description: 'Whether messages are sent to an endpoint.',
  valuesConfig: {
    ACTIVE: { description: 'They are.' },
    DISABLED: { description: 'They are not, and nothing is queued for it; `disabledBecause` says why.' },
  },
});

@Entity({ tableName: 'endpoints' })
@ObjectType({ description: 'An address of another program, to which changes are sent as signed messages.' })
export class Endpoint {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the endpoint.' })
  id!: string;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: 'The customer whose changes it is sent; null: those of every customer.',
  })
  customerId!: string | null;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Where messages are posted.' })
  url!: string;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description!: string | null;

  @Property({ type: 'text[]', nullable: true })
  @Field(() => [ChangeTypeEnum], { nullable: true, description: 'What it is sent; null: everything.' })
  types!: ChangeType[] | null;

  @Property({ type: 'text' })
  @Field(() => EndpointState, { description: 'Whether messages are sent to it.' })
  state!: EndpointState;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it is disabled; null while it is not.' })
  disabledBecause!: string | null;

  /** The secret that signs, and the one before it until it is over. */
  @Property({ type: 'bytea' })
  sealed!: Buffer;

  @Property({ type: 'bytea', nullable: true })
  earlierSealed!: Buffer | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, {
    nullable: true,
    description: 'Until then messages carry a signature by the secret before, too; null when there is none.',
  })
  earlierUntil!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'Since when no message has been taken; null while they are.' })
  failingSince!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, {
    nullable: true,
    description:
      'Nothing is sent before then, because it has failed too often or asked for it; null when it may be sent to.',
  })
  resumeAt!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When it last took a message; null when it never has.' })
  lastDeliveredAt!: Date | null;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Who created it.' })
  createdBy!: string;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was created.' })
  createdAt!: Date;

  @Property({ type: 'timestamptz' })
  updatedAt!: Date;
}
