import { registerEnumType } from 'type-graphql';
import type { Role } from '../core/role.js';

/** The roles as GraphQL shows them. */
export const RoleEnum = {
  ADMIN: 'admin',
  CS: 'cs',
  SALES: 'sales',
  SERVICE: 'service',
  CUSTOMER: 'customer',
} as const satisfies Record<string, Role>;

registerEnumType(RoleEnum, {
  name: 'Role',
  description: 'What a viewer may do.',
  valuesConfig: {
    ADMIN: { description: 'Everything, including staff, API keys and the audit trail.' },
    CS: { description: 'Customer success: works for every customer.' },
    SALES: { description: "Platforms and what can be done with them; no customer's data." },
    SERVICE: { description: "A program of the operator's, working for every customer." },
    CUSTOMER: { description: 'One customer, which sees only what is its own.' },
  },
});

/** The roles that a person can have. */
export const StaffRoleEnum = { ADMIN: 'admin', CS: 'cs', SALES: 'sales' } as const satisfies Record<string, Role>;
export type StaffRole = (typeof StaffRoleEnum)[keyof typeof StaffRoleEnum];

registerEnumType(StaffRoleEnum, {
  name: 'StaffRole',
  description: 'What a member of staff may do at most.',
  valuesConfig: {
    ADMIN: { description: 'Everything.' },
    CS: { description: 'Customer success: works for every customer.' },
    SALES: { description: "Platforms and what can be done with them; no customer's data." },
  },
});
