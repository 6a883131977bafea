import { GraphQLEnumType, type GraphQLSchema, Kind, type ValueNode } from 'graphql';

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
  const own = { value: type.parseValue.bind(type), literal: type.parseLiteral.bind(type) };
  const exact = (name: string): string => (type.getValue(name.toUpperCase()) === undefined ? name : name.toUpperCase());

  type.parseValue = input => own.value(typeof input === 'string' ? exact(input) : input);
  type.parseLiteral = (node: ValueNode, variables) => {
    const named = node.kind === Kind.ENUM || node.kind === Kind.STRING;
    return own.literal(named ? { ...node, kind: Kind.ENUM, value: exact(node.value) } : node, variables);
  };
}
