import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Change } from '../outbox/index.js';

export enum DeliveryStatus {
  WAITING = 'WAITING',
  DELIVERED = 'DELIVERED',
  DEAD = 'DEAD',
}
registerEnumType(DeliveryStatus, {
  name: 'DeliveryStatus',
  description: 'What has become of a delivery.',
  valuesConfig: {
    WAITING: { description: 'It is to be sent, perhaps again after a failure.' },
    DELIVERED: { description: 'The endpoint has taken it.' },
    DEAD: { description: 'It is given up; `problem` says why. `replayDelivery` sends it again.' },
  },
});

@Entity({ tableName: 'deliveries' })
@ObjectType({ description: 'A change that is sent to an endpoint.' })
export class Delivery {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the delivery.' })
  id!: string;

  @Property({ type: 'uuid', nullable: true })
  customerId!: string | null;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The endpoint that it goes to.' })
  endpointId!: string;

  @ManyToOne(() => Change)
  @Field(() => Change, { description: 'What it tells.' })
  change!: Change;

  @Property({ type: 'text' })
  @Field(() => DeliveryStatus, { description: 'What has become of it.' })
  status!: DeliveryStatus;

  @Property({ type: 'smallint' })
  @Field(() => Int, { description: 'How often sending it was tried, since the last replay.' })
  tries!: number;

  @Property({ type: 'timestamptz' })
  dueAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When somebody last had it sent again; null when nobody has.' })
  replayedAt!: Date | null;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was queued.' })
  createdAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When the endpoint took it; null while it has not.' })
  deliveredAt!: Date | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was not taken the last time; null when it was.' })
  problem!: string | null;
}

@Entity({ tableName: 'delivery_attempts' })
@ObjectType({ description: 'One time that a message was sent.' })
export class DeliveryAttempt {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid', nullable: true })
  customerId!: string | null;

  @Property({ type: 'uuid' })
  deliveryId!: string;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was sent.' })
  at!: Date;

  @Property({ type: 'smallint', nullable: true })
  @Field(() => Int, { nullable: true, description: 'HTTP status that came back; null when there was no answer.' })
  statusCode!: number | null;

  @Property({ type: 'integer' })
  @Field(() => Int, { description: 'How long it took, in milliseconds.' })
  durationMs!: number;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it was not taken; null when it was.' })
  problem!: string | null;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Beginning of the answer, up to 1,000 characters.' })
  reply!: string | null;
}
