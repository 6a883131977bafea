import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchema, type PubSub } from 'type-graphql';
import { BrokenPromise } from '../core/errors.js';
import { DateTime } from './date-time.js';
import { ErrorCodeResolver } from './error-code.type.js';
import { acceptEnumsInAnyCase } from './lenient-enums.js';
import { stopWhenAborted } from './limits/deadline.js';
import { nameIds } from './name-ids.js';
import { checkRole, requireDeclaredRoles } from './roles.js';

// biome-ignore lint/complexity/noBannedTypes: resolver classes, as type-graphql wants them.
export type ResolverClass = Function;

/** The schema of the hub: what the features' resolvers say, and the error codes. */
export async function buildApiSchema(features: readonly ResolverClass[]): Promise<GraphQLSchema> {
  const resolvers = [ErrorCodeResolver, ...features] as [ResolverClass, ...ResolverClass[]];
  const schema = await buildSchema({
    resolvers,
    validate: false,
    authChecker: checkRole,
    scalarsMap: [{ type: Date, scalar: DateTime }],
    pubSub: noPubSub,
  });
  requireDeclaredRoles(resolvers);
  acceptEnumsInAnyCase(schema);
  nameIds(schema);
  stopWhenAborted(schema);
  describe(schema.getQueryType(), 'What can be asked.');
  describe(schema.getMutationType(), 'What can be done.');
  describe(
    schema.getSubscriptionType(),
    'What can be watched, over a WebSocket: the present state first, then every newer one.',
  );
  return schema;
}

/** The text of `schema.graphql`: sorted and described. */
export function schemaText(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

/** Subscriptions bring their own source; type-graphql only wants to see one of these. */
const noPubSub: PubSub = {
  publish: refuse,
  subscribe: refuse,
};

function refuse(): never {
  throw new BrokenPromise('A subscription must say what it listens to by `subscribe`.');
}

// type-graphql has no words for the root types.
function describe(type: { description?: unknown } | null | undefined, description: string): void {
  if (type != null) type.description = description;
}
