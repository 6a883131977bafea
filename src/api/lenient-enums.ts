import { GraphQLEnumType, GraphQLError, type GraphQLSchema, Kind, type ValueNode } from 'graphql';

/**
 * Enum values are taken in any case, and as strings too: `CS`, `cs` and `"cs"` are one.
 * Programs get them from forms and files as often as from this schema. Answers use the schema's own case.
 */
export function acceptEnumsInAnyCase(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type instanceof GraphQLEnumType && !type.name.startsWith('__')) relax(type);
  }
}

function relax(type: GraphQLEnumType): void {
  const read = (input: unknown, node?: ValueNode): unknown => {
    const known = typeof input === 'string' ? (type.getValue(input) ?? type.getValue(input.toUpperCase())) : undefined;
    if (known != null) return known.value;
    throw new GraphQLError(`${type.name} must be one of ${namesOf(type)}.`, {
      nodes: node ?? null,
      extensions: { code: 'INVALID_INPUT' },
    });
  };
  type.parseValue = input => read(input);
  type.parseLiteral = node => {
    const isNamed = node.kind === Kind.ENUM || node.kind === Kind.STRING;
    return read(isNamed ? node.value : undefined, node);
  };
}

function namesOf(type: GraphQLEnumType): string {
  return type
    .getValues()
    .map(({ name }) => name)
    .join(', ');
}
