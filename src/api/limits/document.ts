import type { GraphQLError, GraphQLSchema, ValidationRule } from 'graphql';
import { certainSubscriptionRule } from './certain-subscription.js';
import { costOf, type Operation, tooCostly } from './document-cost.js';
import { documentSizeRule } from './document-size.js';
import { impossibleTextRule, variablesFault } from './impossible-text.js';

/** What a document has to keep to beside the rules of GraphQL, over HTTP and on sockets alike. */
export const documentRules: readonly ValidationRule[] = [documentSizeRule, impossibleTextRule, certainSubscriptionRule];

/** How many faults of a document are told. */
export const faultsTold = 20;

/** What an operation costs, and why it may not run, found out before it does. */
export function weighed(
  schema: GraphQLSchema,
  operation: Operation,
): { readonly cost: number; readonly fault: GraphQLError | undefined } {
  const cost = costOf(schema, operation);
  return { cost, fault: tooCostly(cost) ?? variablesFault(operation.variables) };
}
