import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLSchema,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** Points that one operation may cost. A page of a hundred calls with everything in it costs about ten thousand. */
const costLimit = 100_000;

const forReading = 20;
/** What is known of the schema comes all at once. */
const forIntrospection = 50_000;
/** What is reckoned for a list that takes no `first`. */
const usualLength = 5;
const largestPage = 100;

export interface Operation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * How much an operation costs at most, known before it runs: a point for each field, times the lengths of the lists
 * around it, and 20 more for each that stands in the document, since reading a document costs as well.
 */
export function costOf(schema: GraphQLSchema, { document, operation, variables }: Operation): number {
  const root = schema.getRootType(operation.operation);
  return root == null ? 0 : new Reckoning(schema, document, operation, variables).all(root);
}

/** @returns the error for an operation that costs too much. */
export function tooCostly(cost: number): GraphQLError | undefined {
  if (cost <= costLimit) return undefined;
  const message = `The operation asks too much at once: it costs ${cost} points, at most ${costLimit} are allowed. Lists multiply what is in them by \`first\`.`;
  return new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
}

class Reckoning {
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #reckoned = new Map<string, number>();
  /** Fields that were met; those of a fragment once. */
  #fields = 0;

  constructor(
    readonly schema: GraphQLSchema,
    document: DocumentNode,
    readonly operation: OperationDefinitionNode,
    readonly variables: Readonly<Record<string, unknown>>,
  ) {
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
  }

  all(root: GraphQLNamedType): number {
    const cost = this.#set(this.operation.selectionSet, root);
    return cost + forReading * this.#fields;
  }

  /** @param page how many `nodes` the page around will hold. */
  #set({ selections }: SelectionSetNode, type: GraphQLNamedType, page?: number): number {
    return selections.reduce((sum, node) => {
      if (node.kind === Kind.FIELD) return sum + this.#field(node, type, page);
      if (node.kind === Kind.INLINE_FRAGMENT) return sum + this.#set(node.selectionSet, type, page);
      return sum + this.#fragment(node.name.value, type, page);
    }, 0);
  }

  #field(node: FieldNode, parent: GraphQLNamedType, page: number | undefined): number {
    this.#fields += 1;
    if (node.name.value === '__schema' || node.name.value === '__type') return forIntrospection;
    const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (field === undefined || node.selectionSet === undefined) return 1;
    const length = isListType(getNullableType(field.type)) ? (page ?? usualLength) : 1;
    return 1 + length * this.#set(node.selectionSet, getNamedType(field.type), this.#first(node, field));
  }

  /** What the field's own list of `nodes` will hold; undefined when it is no page. */
  #first(node: FieldNode, { args }: GraphQLField<unknown, unknown>): number | undefined {
    const declared = args.find(({ name }) => name === 'first');
    if (declared === undefined) return undefined;
    const given = node.arguments?.find(({ name }) => name.value === 'first')?.value;
    if (given?.kind === Kind.INT) return within(Number(given.value));
    if (given?.kind !== Kind.VARIABLE) return within(declared.defaultValue);
    const name = given.name.value;
    const otherwise = this.operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    const value = this.variables[name] ?? (otherwise?.defaultValue as { readonly value?: unknown } | undefined)?.value;
    return within(value ?? declared.defaultValue);
  }

  #fragment(name: string, type: GraphQLNamedType, page: number | undefined): number {
    const key = `${name} ${page}`;
    const known = this.#reckoned.get(key);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    // Stands while the fragment is reckoned, so that nothing can go round.
    this.#reckoned.set(key, 0);
    const cost = fragment === undefined ? 0 : this.#set(fragment.selectionSet, type, page);
    this.#reckoned.set(key, cost);
    return cost;
  }
}

/** More than a page may hold is refused later, and costs nothing. */
function within(first: unknown): number {
  const number = Number(first);
  return Number.isFinite(number) ? Math.min(largestPage, Math.max(1, number)) : largestPage;
}
