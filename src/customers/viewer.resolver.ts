import { Authorized, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { type Role, roles } from '../core/role.js';
import type { Scope } from '../scope.js';
import { RoleEnum } from './role.type.js';

@ObjectType('Viewer', { description: 'Who is asking.' })
export class ViewerType {
  @Field(() => String, { description: 'Name of the member of staff, or label of the API key.' })
  name!: string;

  @Field(() => RoleEnum, { description: 'What the viewer may do.' })
  role!: Role;

  @Field(() => ID, {
    nullable: true,
    description: 'The only customer that exists for this viewer; null for the house.',
  })
  customerId!: string | undefined;
}

@Resolver()
export class ViewerResolver {
  @Authorized<Role>([...roles])
  @Query(() => ViewerType, { description: 'Who is asking: a way to try an API key.' })
  viewer(@Ctx() { viewer }: Scope): ViewerType {
    return { name: viewer.name, role: viewer.role, customerId: viewer.customerId };
  }
}
