import type { Rel } from '@mikro-orm/postgresql';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Run } from '../runs/index.js';

export enum SlotKind {
  FIRST = 'FIRST',
  SCHEDULED = 'SCHEDULED',
  MANUAL = 'MANUAL',
  HINT = 'HINT',
  REREAD = 'REREAD',
}
registerEnumType(SlotKind, {
  name: 'SyncTurnKind',
  description: 'Why a sync ran.',
  valuesConfig: {
    FIRST: { description: 'It was set up.' },
    SCHEDULED: { description: 'Its time had come.' },
    MANUAL: { description: 'Somebody asked for it.' },
    HINT: { description: 'The platform told of a call by itself.' },
    REREAD: { description: 'Somebody asked for a stretch to be brought afresh.' },
  },
});

/** One firing of a sync. There is at most one for each moment that the schedule names. */
@Entity({ tableName: 'sync_slots' })
@ObjectType('SyncTurn', { description: 'One time that a sync ran, or was to run.' })
export class SyncSlot {
  /** Also the owner of its run. */
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the turn.' })
  id!: string;

  @Property({ type: 'uuid' })
  customerId!: string;

  @Property({ type: 'uuid' })
  syncId!: string;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'The moment that the schedule names, or when it was asked for.' })
  slotAt!: Date;

  @Property({ type: 'text' })
  @Field(() => SlotKind, { description: 'Why it ran.' })
  kind!: SlotKind;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, {
    description: 'When it was to start: a little later than the schedule says, so that not all syncs come at once.',
  })
  dueAt!: Date;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was begun, or left out.' })
  firedAt!: Date;

  @ManyToOne(() => Run, { eager: true, nullable: true })
  run!: Rel<Run> | null;
}
