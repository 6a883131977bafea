/** What a viewer may do. `customer` is bound to one customer; `sales` sees no customer's data. */
export type Role = 'admin' | 'cs' | 'sales' | 'service' | 'customer';
export const roles: readonly Role[] = ['admin', 'cs', 'sales', 'service', 'customer'];
