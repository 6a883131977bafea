import type { GraphQLSchema } from 'graphql';

/** Calls back after every field of a mutation, before anybody is told what came of it. */
export function afterMutations(schema: GraphQLSchema, done: () => void): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve } = field;
    if (resolve === undefined) continue;
    field.resolve = async (...asked) => {
      try {
        return await resolve(...asked);
      } finally {
        done();
      }
    };
  }
}
