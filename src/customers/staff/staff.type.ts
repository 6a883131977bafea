import { Field, InputType, ObjectType } from 'type-graphql';
import { pageOf } from '../lists/page.type.js';
import { type StaffRole, StaffRoleEnum } from '../role.type.js';
import { Staff } from './staff.entity.js';

@InputType({ description: 'A member of staff to be entered.' })
export class CreateStaffInput {
  @Field(() => String, { description: 'Name, 1 to 200 characters.' })
  name!: string;

  @Field(() => String, { description: 'E-mail address. No two members of staff share one.' })
  email!: string;

  @Field(() => StaffRoleEnum, { description: 'What they may do at most; no API key of theirs may do more.' })
  role!: StaffRole;
}

@ObjectType({ description: 'A page of members of staff, newest first.' })
export class StaffPage extends pageOf(Staff) {}
