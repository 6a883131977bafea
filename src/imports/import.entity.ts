import type { Rel } from '@mikro-orm/postgresql';
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Run } from '../runs/index.js';

@Entity({ tableName: 'imports' })
@ObjectType({ description: 'A one-off request for a window of history.' })
export class Import {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the import.' })
  id!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The customer whose calls are imported.' })
  customerId!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The connection that the calls come through.' })
  connectionId!: string;

  @ManyToOne(() => Run, { eager: true })
  run!: Rel<Run>;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Who asked for it.' })
  requestedBy!: string;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was asked for.' })
  createdAt!: Date;
}
