import {
  type DocumentNode,
  type ExecutionArgs,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Scope } from '../scope.js';
import { documentRules, faultsTold, weighed } from './limits/document.js';
import { documentLimits } from './limits/document-size.js';
import type { ReadDocuments } from './limits/read-documents.js';

const rules = [...documentRules, ...specifiedRules];

interface Asked {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
}

/** Gives the scope of an operation that may run. May refuse by throwing. */
export type Begin = (operation: OperationDefinitionNode, cost: number) => Scope;

/** What Apollo does for HTTP, for a socket: the same limits, the same codes. Errors come back and are not thrown. */
export function prepareOperation(
  { schema, documents }: { readonly schema: GraphQLSchema; readonly documents: ReadDocuments },
  { query, operationName, variables }: Asked,
  begin: Begin,
): ExecutionArgs | readonly GraphQLError[] {
  const document = documents.find(query) ?? read(schema, query);
  if ('length' in document) return document;
  documents.keep(query, document);
  const operation = getOperationAST(document, operationName);
  if (operation == null) {
    return [coded(new GraphQLError('The operation is not in the document.'), 'OPERATION_RESOLUTION_FAILURE')];
  }
  const { cost, fault } = weighed(schema, { document, operation, variables: variables ?? {} });
  if (fault !== undefined) return [fault];
  try {
    const contextValue = begin(operation, cost);
    return { schema, document, operationName, variableValues: variables, contextValue };
  } catch (error) {
    return [new GraphQLError('Refused.', { originalError: error as Error })];
  }
}

function read(schema: GraphQLSchema, query: string): DocumentNode | readonly GraphQLError[] {
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: documentLimits.tokens });
  } catch (error) {
    return [coded(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')];
  }
  const faults = validate(schema, document, rules, { maxErrors: faultsTold });
  return faults.length === 0 ? document : faults.map(fault => coded(fault, 'GRAPHQL_VALIDATION_FAILED'));
}

function coded(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, { nodes, source, positions, originalError: error, extensions: { code } });
}
