import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Contact, pageOf } from '../../customers/index.js';

export enum MoveState {
  WAITING = 'waiting',
  APPROVED = 'approved',
  DECLINED = 'declined',
  DONE = 'done',
}
registerEnumType(MoveState, {
  name: 'AccountMoveState',
  description: 'How far a move to another account has come.',
  valuesConfig: {
    WAITING: { description: 'Another member of staff has to decide.' },
    APPROVED: { description: 'The contact has a link to connect the new account.' },
    DECLINED: { description: 'It does not take place.' },
    DONE: { description: 'The contact has used the link.' },
  },
});

@Entity({ tableName: 'account_moves' })
@ObjectType({
  description:
    'A customer works in another account at a platform from now on. That is a new connection, which one member of staff asks for and another approves; the old one is disconnected when it is there.',
})
export class AccountMove {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the move.' })
  id!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The customer that moves.' })
  customerId!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The connection to the account that is left.' })
  connectionId!: string;

  @ManyToOne({ entity: () => Contact, eager: true })
  @Field(() => Contact, { description: 'Who connects the new account.' })
  contact!: Contact;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Why, in the words of whoever asked for it.' })
  reason!: string;

  @Property({ type: 'text' })
  @Field(() => MoveState, { description: 'How far it has come.' })
  state!: MoveState;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Who asked for it.' })
  requestedBy!: string;

  @Property({ type: 'uuid' })
  requestedByStaff!: string;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was asked for.' })
  requestedAt!: Date;

  @Property({ type: 'text', nullable: true })
  @Field(() => String, { nullable: true, description: 'Who decided about it.' })
  decidedBy!: string | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When that was decided.' })
  decidedAt!: Date | null;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The link that the contact got; null until it is approved.' })
  linkId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The connection that came of it; null until the link is used.' })
  newConnectionId!: string | null;
}

@ObjectType({ description: 'A page of moves, newest first.' })
export class AccountMovePage extends pageOf(AccountMove) {}
