/**
 * One word, one meaning. Names in the source and in the published schema keep to our own words; comments, texts and
 * the names of other people's modules may say what they like.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, visit } from 'graphql';
import { describe, expect, test } from 'vitest';

/** Only words that can mean nothing else here. Singular; plurals are found too. */
const ours: Readonly<Record<string, string>> = {
  provider: 'platform',
  vendor: 'platform',
  integration: 'connector, connection or platform',
  tap: 'connector',
  backfill: 'import',
  tenant: 'customer, or account on the side of the platform',
  attendee: 'participant',
  bookmark: 'checkpoint',
  reauth: 'reconnect',
};

/** Names that libraries gave to what we must call by them. */
const theirs = new Set(['ReflectMetadataProvider', 'metadataProvider', 'TracerProvider']);

const root = path.join(import.meta.dirname, '../..');
const schemaFile = path.join(root, 'schema.graphql');
if (!existsSync(schemaFile))
  console.warn('SKIPPED: the words of schema.graphql were not checked, because it is absent.');

test('speaks our own words in the names of files and in the code', () => {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.ts'),
  );

  const found = files.flatMap(file => [
    ...foreignWords([file]).map(name => `${file}: file name '${name}'`),
    ...foreignWords(namesInCode(readFileSync(path.join(root, 'src', file), 'utf8'))).map(name => `${file}: ${name}`),
  ]);

  expect(files.length).toBeGreaterThan(10);
  expect(found).toEqual([]);
});

test.skipIf(!existsSync(schemaFile))('speaks our own words in the schema, and calls its pages pages', () => {
  expect(foreignSchemaNames(readFileSync(schemaFile, 'utf8'))).toEqual([]);
});

describe('has teeth', () => {
  test.each([
    ['const oauthProvider = 1;', ['oauthProvider']],
    ['interface TenantIds { readonly by_vendor: string }', ['TenantIds', 'by_vendor']],
    ['export function startBackfill() {}', ['startBackfill']],
    ['const text = `a ${integration} b`;', ['integration']],
    ['const BACKFILL_DAYS = 3; class GongTap {}', ['BACKFILL_DAYS', 'GongTap']],
    ['const x = { attendees: 1 };', ['attendees']],
  ])('for %s', (code, names) => {
    expect(foreignWords(namesInCode(code))).toEqual(names);
  });

  test.each([
    '// a provider, or an integration',
    "// the customer's own `tenant\nconst a = 1;",
    '/* backfill\n * tenant */ const a = 1;',
    "import { x } from '@as-integrations/express5';",
    'const tapestry = "tap"; const staple = \'vendor\';',
    "const address = 'https://tenant.test/'; const b = `the tenant`;",
    String.raw`const quoted = 'it\'s a tenant';`,
  ])('but not for %s', code => {
    expect(foreignWords(namesInCode(code))).toEqual([]);
  });

  test('for the schema', () => {
    const planted = `
      type Query { providers(tenantId: ID!): CallConnection! connections: ConnectionPage! reconnectLinks: LinkList! }
      "A provider may be named in a description."
      type Connection { id: ID! }
      type CallConnection { nodes: [Connection!]! }
      type ConnectionPage { nodes: [Connection!]! pageInfo: PageInfo! }
      type LinkList { nodes: [ID!]! pageInfo: PageInfo! }
      type PageInfo { hasNextPage: Boolean! }
      enum Kind { BACKFILL IMPORT }`;

    expect(foreignSchemaNames(planted)).toEqual(['providers', 'tenantId', 'BACKFILL', 'CallConnection', 'LinkList']);
  });
});

function foreignSchemaNames(schema: string): string[] {
  const names: string[] = [];
  const pages: string[] = [];
  visit(parse(schema), {
    enter(node) {
      if (!node.kind.endsWith('Definition') || !('name' in node) || node.name === undefined) return;
      const name = (node.name as { readonly value: string }).value;
      names.push(name);
      if (node.kind !== 'ObjectTypeDefinition') return;
      const paged = node.fields?.some(field => ['pageInfo', 'edges', 'nodes'].includes(field.name.value)) === true;
      if (paged && !name.endsWith('Page')) pages.push(name);
    },
  });
  return [...foreignWords(names), ...pages];
}

/** Identifiers, without comments and texts; code inside a template counts. */
function namesInCode(code: string): string[] {
  const texts = /\/\/.*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|\$\{[^}]*\}|[^`\\])*`/g;
  const insides = (text: string) => [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, inside]) => inside).join(' ');
  const bare = code.replaceAll(texts, text => (text.startsWith('`') ? ` ${insides(text)} ` : ' '));
  return bare.match(/[A-Za-z_$][\w$]*/g) ?? [];
}

/** The names that hold a word which is not ours, each once. */
function foreignWords(names: readonly string[]): string[] {
  const words = (name: string) => name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  const foreign = (name: string) => words(name).some(word => Object.hasOwn(ours, word.toLowerCase().replace(/s$/, '')));
  return [...new Set(names.filter(name => foreign(name) && !theirs.has(name)))];
}
