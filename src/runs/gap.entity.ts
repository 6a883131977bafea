import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';

export enum GapKind {
  FETCHED = 'FETCHED',
  REMOVED = 'REMOVED',
  HELD = 'HELD',
  UNANNOUNCED = 'UNANNOUNCED',
}
registerEnumType(GapKind, {
  name: 'GapKind',
  description: 'How what the platform lists and what is here differed.',
  valuesConfig: {
    FETCHED: {
      description:
        'The call was not here, although its time had been read more than a day before. It has been fetched.',
    },
    REMOVED: {
      description: 'The call is here and no longer listed, twice in a row. It is marked as removed and kept.',
    },
    HELD: {
      description:
        'As `REMOVED`, but so many calls were gone at once that none was marked. They are as before until `confirmRemovals`.',
    },
    UNANNOUNCED: {
      description:
        'The platform tells of calls by itself, and told nothing of this one within half an hour of when it was found. It has been fetched.',
    },
  },
});

/** A difference that a sync has found. Written by `gaps.ts`. */
@Entity({ tableName: 'gaps' })
@ObjectType({ description: 'A call of which a sync found that the platform and the hub differed.' })
export class Gap {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the gap.' })
  id!: string;

  @Property({ type: 'uuid' })
  customerId!: string;

  @Property({ type: 'uuid' })
  syncId!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the call in this hub.' })
  callId!: string;

  @Property({ type: 'text' })
  @Field(() => ID, { description: "The platform's id of the call." })
  externalId!: string;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When the call began.' })
  startedAt!: Date;

  @Property({ type: 'text' })
  @Field(() => GapKind, { description: 'How they differed.' })
  kind!: GapKind;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was found; for `UNANNOUNCED`, when it was clear that nothing came.' })
  notedAt!: Date;
}
