import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  printSchema,
} from 'graphql';
import { Authorized, Query, Resolver } from 'type-graphql';
import { beforeAll, expect, test } from 'vitest';
import { buildApiSchema, type ResolverClass, schemaText } from '../../src/api/index.js';
import { feature as customers } from '../../src/customers/index.js';
import { errorCodes } from '../../src/core/errors.js';

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await buildApiSchema(customers.resolvers);
});

/** Everything that can be named, with its description. */
function coordinates(of: GraphQLSchema): Map<string, string | null | undefined> {
  const found = new Map<string, string | null | undefined>();
  for (const type of Object.values(of.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    found.set(type.name, type.description);
    if (isEnumType(type))
      for (const { name, description } of type.getValues()) found.set(`${type.name}.${name}`, description);
    if (!isObjectType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      found.set(`${type.name}.${field.name}`, field.description);
      for (const argument of 'args' in field ? field.args : []) {
        found.set(`${type.name}.${field.name}(${argument.name}:)`, argument.description);
      }
    }
  }
  return found;
}

test('every type, field, argument and value is described', () => {
  const all = coordinates(schema);
  const bare = [...all].filter(([, description]) => !description?.trim()).map(([name]) => name);

  expect(bare).toEqual([]);
  expect([...all.keys()]).toContain('Query.customers(search:)');
});

test('no secret can be read but that of a new API key', () => {
  const secretive = /secret|password|credential|token|hash|sealed|wrapped|cipher|digest|private/i;
  const readable = Object.values(schema.getTypeMap())
    .filter(type => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap(type => (isObjectType(type) ? Object.keys(type.getFields()).map(field => `${type.name}.${field}`) : []));

  expect(readable.filter(name => secretive.test(name.split('.')[1] ?? ''))).toEqual(['CreatedApiKey.secret']);
});

test('every error code is published with its meaning', () => {
  const published = schema.getType('ErrorCode');

  expect(isEnumType(published) && published.getValues().map(({ name, description }) => [name, description])).toEqual(
    Object.entries(errorCodes),
  );
});

test('the text of the schema is sorted, described, and the same every time', async () => {
  const text = schemaText(schema);

  expect(schemaText(await buildApiSchema(customers.resolvers))).toBe(text);
  expect(() => parse(text)).not.toThrow();
  expect(text).toContain('"""A company whose calls we import. Everything belongs to one."""\ntype Customer {');
  expect(text.length).toBe(printSchema(schema).length + 1);
});

function resolverWith(...decorators: MethodDecorator[]): ResolverClass {
  class Careless {
    open(): string {
      return 'everything';
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Careless.prototype, 'open') as PropertyDescriptor;
  for (const decorate of decorators) decorate(Careless.prototype, 'open', descriptor);
  Resolver()(Careless);
  return Careless;
}

test('a field that says nothing about roles keeps the hub from starting', async () => {
  const careless = resolverWith(Query(() => String));

  await expect(buildApiSchema([careless])).rejects.toThrow('No roles are declared for open.');
});

test('neither does a field for nobody in particular start it', async () => {
  const careless = resolverWith(
    Query(() => String),
    Authorized(),
  );

  await expect(buildApiSchema([careless])).rejects.toThrow('No roles are declared for open.');
});
