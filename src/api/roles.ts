import type { AuthCheckerFn } from 'type-graphql';
import { BrokenPromise, CallerError } from '../core/errors.js';
import type { Role } from '../core/role.js';
import type { Scope } from '../scope.js';

/** One answer for a key that is missing, unknown, revoked or expired. */
export function unauthenticated(): CallerError {
  return new CallerError('UNAUTHENTICATED', 'A valid API key is needed.', {
    remedy:
      'Send `Authorization: Bearer <key>`, over a socket `authorization: "Bearer <key>"` in the connection_init payload; an admin makes keys with `createApiKey`.',
  });
}

/** Asked by every field with `@Authorized`. Throws rather than answers, so that the reason is told. */
export const checkRole: AuthCheckerFn<Scope, Role> = ({ context: { viewer } }, allowed) => {
  if (viewer.kind === 'anonymous') throw unauthenticated();
  if (allowed.includes(viewer.role)) return true;
  throw new CallerError('FORBIDDEN', `The role ${viewer.role.toUpperCase()} may not do this.`, {
    remedy: `Use an API key of the role ${allowed.map(role => role.toUpperCase()).join(' or ')}.`,
  });
};

interface Declared {
  readonly target: unknown;
  readonly schemaName: string;
  readonly roles?: readonly unknown[];
}

/**
 * Nothing can be asked that does not say who may ask it.
 *
 * @throws BrokenPromise when a query, mutation or subscription has no roles. The hub then does not start.
 */
export function requireDeclaredRoles(resolvers: readonly unknown[]): void {
  // type-graphql keeps what its decorators said here, and has no other way to it; its version is pinned.
  const { TypeGraphQLMetadataStorage: declared } = globalThis as unknown as {
    TypeGraphQLMetadataStorage: Record<'queries' | 'mutations' | 'subscriptions', readonly Declared[]>;
  };
  const open = [...declared.queries, ...declared.mutations, ...declared.subscriptions]
    .filter(({ target, roles = [] }) => resolvers.includes(target) && roles.length === 0)
    .map(({ schemaName }) => schemaName);
  if (open.length > 0) throw new BrokenPromise(`No roles are declared for ${open.join(', ')}.`);
}
