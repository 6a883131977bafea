import { getNamedType, type GraphQLInputType, isInputObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApiSchema } from '../../src/api/index.js';
import { resolvers } from '../../src/app.js';
import { type Errand, errandsOf } from './documents.js';
import { how } from './how.js';
import { fill } from './walk.js';
import { openWorld, type World } from './world.js';

/** What a row holds and only the hub may set, and what JavaScript itself would take for something else. */
const serverOwned = [
  ...['id', '_id', 'customer', 'customerId', 'customer_id', 'connectionId', 'accountId', 'runId', 'ownerId', 'staffId'],
  ...['role', 'status', 'wanted', 'epoch', 'sealed', 'hash', 'secretHash', 'origin', 'credentialHealth', 'settings'],
  ...['createdAt', 'created_at', 'updatedAt', 'createdBy', 'requestedBy', 'expiresAt', 'revokedAt', 'lastUsedAt'],
  ...['leftAt', 'sequence', 'reach', 'digest', '$or', 'constructor', 'prototype', '__proto__', 'toString'],
];

let world: World;
let mutations: Errand[];
beforeAll(async () => {
  world = await openWorld();
  mutations = errandsOf(await buildApiSchema(resolvers), how).filter(({ operation }) => operation === 'mutation');
});
afterAll(() => world?.close());

interface Answer {
  readonly codes: readonly string[];
  readonly messages: string;
}

async function post(query: string, variables: string): Promise<Answer> {
  const response = await fetch(`${world.hub.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${world.hub.adminKey}` },
    // `__proto__` written as a property would set the prototype instead.
    body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
  });
  const { errors = [] } = (await response.json()) as {
    errors?: { message: string; extensions: { code: string } }[];
  };
  return {
    codes: errors.map(({ extensions }) => extensions.code),
    messages: errors.map(({ message }) => message).join('\n'),
  };
}

/** All that is stored, but when keys were last used. */
async function everything(): Promise<string> {
  const tables = await world.hub.database.query<{ name: string }>(
    `select table_schema || '.' || table_name as name from information_schema.tables
     where table_schema in ('public', 'jobs') order by 1`,
  );
  const union = tables.map(
    ({ name }) => `select '${name}' || (to_jsonb(t) - 'last_used_at' - 'sender_looked_at')::text as row from ${name} t`,
  );
  const [row] = await world.hub.database.query<{ all: string }>(
    `select string_agg(row, ' ' order by row) as all from (${union.join(' union all ')})`,
  );
  return row?.all ?? '';
}

/** Each object in the variables, with all these properties added to it: one text of JSON for each. */
function injected(variables: object, namesFor: (path: readonly string[]) => readonly string[], value: string) {
  const found: { readonly names: readonly string[]; readonly text: string }[] = [];
  const visit = (inside: unknown, path: readonly string[], whole: (inner: string) => string): void => {
    if (Array.isArray(inside)) return visit(inside[0], path, inner => whole(`[${inner}]`));
    if (typeof inside !== 'object' || inside === null) return;
    const fields = Object.entries(inside).map(([name, inner]) => [name, JSON.stringify(inner)] as const);
    const written = (pairs: typeof fields): string => `{${pairs.map(([name, text]) => `"${name}":${text}`).join()}}`;
    if (path.length > 0) {
      const names = namesFor(path);
      found.push({ names, text: whole(written([...fields, ...names.map(name => [name, value] as const)])) });
    }
    for (const [name, inner] of Object.entries(inside))
      visit(inner, [...path, name], text =>
        whole(written(fields.map(([each, own]) => [each, each === name ? text : own]))),
      );
  };
  visit(variables, [], text => text);
  return found;
}

test('no mutation takes a field that only the hub may set, at any depth', async () => {
  const mutation = (await buildApiSchema(resolvers)).getMutationType();
  const before = await everything();
  const accepted: string[] = [];
  let tried = 0;

  for (const errand of mutations) {
    const { a } = world;
    const args = mutation?.getFields()[errand.field]?.args ?? [];
    const variables = fill(errand, { own: a.values, foreign: a.values, absent: a.values }, () => 'own');
    const namesFor = (path: readonly string[]): string[] => {
      let type: GraphQLInputType | undefined = args.find(({ name }) => name === path[0])?.type;
      for (const step of path.slice(1)) {
        const named = type && getNamedType(type);
        type = isInputObjectType(named) ? named.getFields()[step]?.type : undefined;
      }
      const named = type && getNamedType(type);
      const known = isInputObjectType(named) ? Object.keys(named.getFields()) : [];
      return serverOwned.filter(name => !known.includes(name));
    };
    for (const value of ['"00000000-0000-4000-8000-000000000000"', '{"$ne":null}'])
      for (const { names, text } of injected(variables, namesFor, value)) {
        const { messages } = await post(errand.text, text);
        tried += names.length;
        // Each is named in an error of its own.
        for (const name of names)
          if (!messages.includes(`Field "${name}" is not defined`)) accepted.push(`${errand.field} ${name}`);
      }
    // As arguments beside the mutation's own.
    const names = serverOwned.filter(name => /^\w+$/.test(name) && !args.some(arg => arg.name === name));
    tried += names.length;
    // Few at a time: a document with many faults is not read to its end.
    for (let at = 0; at < names.length; at += 10) {
      const few = names.slice(at, at + 10);
      const beside = few.map(name => `${name}: "x", `).join('');
      const text = errand.text.replace(`${errand.field}(`, `${errand.field}(${beside}`);
      const { messages } = await post(text, JSON.stringify(variables));
      for (const name of few)
        if (!messages.includes(`Unknown argument "${name}"`)) accepted.push(`${errand.field}(${name}:)`);
    }
  }

  expect(accepted).toEqual([]);
  expect(serverOwned.length).toBeGreaterThanOrEqual(30);
  expect(tried).toBeGreaterThan(mutations.length * 30);
  expect(await everything()).toBe(before);
});

test('an object in place of an id, a time or a text is refused and finds nothing', async () => {
  const before = await everything();
  const schema = await buildApiSchema(resolvers);
  const accepted: string[] = [];

  for (const errand of errandsOf(schema, how).filter(({ operation }) => operation !== 'subscription')) {
    for (const slot of errand.slots) {
      for (const smuggled of [{ $ne: null }, ['a', 'b'], true]) {
        const values = { own: world.a.values, foreign: world.a.values, absent: world.a.values };
        const variables = fill(errand, values, each => (each.required ? 'own' : undefined));
        const [variable, ...inner] = slot.path;
        const last = inner.pop();
        let place = variables;
        if (last !== undefined) {
          place = (place[variable] ??= {}) as Record<string, unknown>;
          for (const step of inner) place = (place[step] ??= {}) as Record<string, unknown>;
        }
        if ('values' in slot.takes && slot.takes.values.includes(smuggled)) continue;
        place[last ?? variable] = smuggled;
        const { codes } = await post(errand.text, JSON.stringify(variables));
        if (!codes.includes('INVALID_INPUT')) accepted.push(`${slot.coordinate} ${JSON.stringify(smuggled)} ${codes}`);
      }
    }
  }

  expect(accepted).toEqual([]);
  expect(await everything()).toBe(before);
});

test('every input is an object type of the schema, none a bag of anything', async () => {
  const schema = await buildApiSchema(resolvers);
  const bags = Object.values(schema.getTypeMap()).flatMap(type =>
    isObjectType(type) && !type.name.startsWith('__')
      ? Object.values(type.getFields()).flatMap(field =>
          field.args
            .filter(arg => /JSON/.test(String(arg.type)))
            .map(arg => `${type.name}.${field.name}(${arg.name}:)`),
        )
      : isInputObjectType(type)
        ? Object.values(type.getFields())
            .filter(field => /JSON/.test(String(field.type)))
            .map(field => `${type.name}.${field.name}`)
        : [],
  );

  expect(bags).toEqual([]);
});
