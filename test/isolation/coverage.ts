import {
  getNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isScalarType,
} from 'graphql';
import type { How } from './how.js';
import type { Walk } from './walk.js';

/** Scalars that hold nothing which the walk does not look into. */
const knownScalars = ['ID', 'String', 'Int', 'Float', 'Boolean', 'DateTime', 'JSONObject'];

/** Every field, argument, input field, query, mutation and subscription of the schema. */
export function coordinatesOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap(type => {
      if (isObjectType(type)) return fieldCoordinates(type);
      if (isInputObjectType(type)) return Object.keys(type.getFields()).map(name => `${type.name}.${name}`);
      if (isEnumType(type) || (isScalarType(type) && knownScalars.includes(type.name))) return [];
      return [`${type.name}, a kind of type that the walk does not know`];
    });
}

function fieldCoordinates(type: GraphQLObjectType): string[] {
  return Object.values(type.getFields()).flatMap(field => {
    const own = `${type.name}.${field.name}`;
    return [own, ...field.args.map(arg => `${own}(${arg.name}:)`)];
  });
}

/** The coordinates that these walks did not cover: never sent, or never answered with a value. */
export function uncovered(schema: GraphQLSchema, how: How, walks: readonly Walk[]): string[] {
  const covered = new Set([...Object.keys(how.neverThere), ...walks.flatMap(({ tried }) => [...tried])]);
  for (const { answers } of walks) {
    for (const { errand, data } of answers) {
      const root = {
        query: schema.getQueryType(),
        mutation: schema.getMutationType(),
        subscription: schema.getSubscriptionType(),
      }[errand.operation];
      if (root != null) cover(root, data, covered);
    }
  }
  coverInputs(schema, how, covered);
  const undeclared = ['Query', 'Mutation', 'Subscription'].flatMap(name => {
    const type = schema.getType(name);
    return isObjectType(type) ? Object.keys(type.getFields()).map(field => `${name}.${field}`) : [];
  });
  return [
    ...coordinatesOf(schema).filter(coordinate => !covered.has(coordinate)),
    ...undeclared.filter(root => how.mayAsk[root] === undefined).map(root => `${root}: who may ask?`),
  ];
}

function cover(type: GraphQLObjectType, value: unknown, covered: Set<string>): void {
  if (Array.isArray(value)) return value.forEach(inner => cover(type, inner, covered));
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const field = type.getFields()[name];
    if (field === undefined || inner === null) continue;
    covered.add(`${type.name}.${name}`);
    const named = getNamedType(field.type);
    if (isObjectType(named)) cover(named, inner, covered);
  }
}

/** An input object whose value is named as a whole covers what is inside; one with slots is covered by them. */
function coverInputs(schema: GraphQLSchema, { names }: How, covered: Set<string>): void {
  const within = (coordinate: string, type: ReturnType<typeof getNamedType>): void => {
    if (!isInputObjectType(type)) return;
    for (const [name, field] of Object.entries(type.getFields())) {
      const inner = `${type.name}.${name}`;
      if (names[coordinate] !== undefined && covered.has(coordinate)) covered.add(inner);
      within(inner, getNamedType(field.type));
      if (covered.has(inner)) covered.add(coordinate);
    }
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields()))
      for (const arg of field.args) within(`${type.name}.${field.name}(${arg.name}:)`, getNamedType(arg.type));
  }
}
