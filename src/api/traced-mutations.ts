import type { GraphQLSchema } from 'graphql';
import { noTraces } from '../core/traces.js';
import type { House, Scope } from '../scope.js';

/** Each field of a mutation is where a trace begins, or goes on from the caller's. Queries are left as fast as they are. */
export function traceMutations(schema: GraphQLSchema, { traces }: Pick<House, 'traces'>): void {
  if (traces === noTraces) return;
  for (const [name, field] of Object.entries(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve } = field;
    if (resolve === undefined) continue;
    field.resolve = (source, args, scope: Scope, info) => {
      const attributes = {
        'graphql.operation.type': 'mutation',
        'patchbay.mutation': name,
        'patchbay.role': scope.viewer.role,
        'patchbay.customer.id': scope.viewer.customerId,
      };
      return traces.span(`mutation ${name}`, { kind: 'server', attributes }, async () =>
        resolve(source, args, scope, info),
      );
    };
  }
}
