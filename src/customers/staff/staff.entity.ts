import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { type StaffRole, StaffRoleEnum } from '../role.type.js';

@Entity({ tableName: 'staff' })
@ObjectType({ description: "One of the operator's people: sales, customer success or administration." })
export class Staff {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the member of staff.' })
  id!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Name, as the audit trail shows it.' })
  name!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'E-mail address.' })
  email!: string;

  @Property({ type: 'text' })
  @Field(() => StaffRoleEnum, { description: 'What they may do at most.' })
  role!: StaffRole;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When they were entered.' })
  createdAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When they left, and their API keys with them.' })
  leftAt!: Date | null;
}
