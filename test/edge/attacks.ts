import { gzipSync } from 'node:zlib';
import { getIntrospectionQuery } from 'graphql';

/** One hostile request. */
export interface Attack {
  readonly name: string;
  readonly method?: string;
  /** After the address of the API. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

const many = (count: number, write: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => write(n)).join(' ');
const asks = (query: string, variables?: object): string => JSON.stringify({ query, variables });
const nested = (open: string, close: string, levels: number, inside: string): string =>
  `${open.repeat(levels)}${inside}${close.repeat(levels)}`;
const id = '00000000-0000-4000-8000-000000000000';

const documents: Readonly<Record<string, string>> = {
  'a hundred aliases': `{ ${many(100, n => `a${n}: viewer { name }`)} }`,
  'a hundred aliases of __typename': `{ ${many(101, n => `a${n}: __typename`)} }`,
  'an expensive field under thirty-one names': `{ ${many(31, n => `a${n}: auditTrail { intact }`)} }`,
  'the same field two thousand times': `{ viewer { ${'name '.repeat(1_990)} } }`,
  'the same object five hundred times': `{ ${'viewer { name } '.repeat(490)} }`,
  'the same object in inline fragments': `{ ${'... { viewer { name } } '.repeat(280)} }`,
  'a hundred fragments': `{ ${many(100, n => `...F${n}`)} } ${many(100, n => `fragment F${n} on Query { viewer { name } }`)}`,
  'fifty fragments that have to be merged': `{ ${many(50, n => `...F${n}`)} } ${many(50, n => `fragment F${n} on Query { viewer { name role customerId } }`)}`,
  'fifty fragments that meet below': `{ ${many(25, n => `viewer { ...F${n} ...F${n + 25} }`)} } ${many(50, n => `fragment F${n} on Viewer { name }`)}`,
  'a large fragment that nobody spreads': `{ viewer { name } } fragment F on Viewer { ${'name '.repeat(1_900)} }`,
  'a nest of fragments that doubles sixty times': `{ ...F0 } ${many(60, n => `fragment F${n} on Query { ${n < 59 ? `...F${n + 1} x: viewer { name } ...F${n + 1}` : 'viewer { name }'} }`)}`,
  'fragments in a circle':
    '{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }',
  'fragments that all spread each other, one level down': `{ __schema { types { ...F0 } } } ${many(25, n => `fragment F${n} on __Type { ofType { ${many(25, m => `...F${m}`)} } }`)}`,
  'a fragment that spreads itself': '{ viewer { ...A } } fragment A on Viewer { name ...A }',
  'forty fragments that all spread each other': `{ ...F0 } ${many(40, n => `fragment F${n} on Query { ${many(40, m => `...F${m}`)} }`)}`,
  'six hundred inline fragments in each other': `{ ${nested('... { ', '} ', 600, 'shoe ')} }`,
  'nine hundred directives on a field': `{ viewer ${'@a '.repeat(900)} { name } }`,
  'six hundred known directives': `{ viewer ${'@skip(if: false) '.repeat(330)} { name } }`,
  'a hundred thousand bytes of fields': `{ ${'viewer { name } '.repeat(6_000)} }`,
  'ninety thousand brackets': '{'.repeat(90_000),
  'a literal list two thousand levels deep': `{ connections(customerId: ${nested('[', ']', 990, '1')}) { totalCount } }`,
  'a literal object seven hundred levels deep': `{ calls(customerId: "${id}", filter: ${nested('{ title: ', '}', 600, '1')}) { totalCount } }`,
  'an unknown field two thousand times': `{ ${many(1_990, n => `shoe${n}`)} }`,
  'five hundred variables': `query (${many(400, n => `$v${n}: Int`)}) { viewer { name } }`,
  'introspection in circles': `{ __schema { types { ${nested('fields { type { ', '} } ', 40, 'name ')} } } }`,
  'introspection under a hundred names': `{ ${many(100, n => `a${n}: __schema { types { name } }`)} }`,
  'a page of a million': '{ customers(first: 1000000) { totalCount } }',
  'a page of minus one': '{ customers(first: -1) { totalCount } }',
  'pages in pages under thirty names': `{ imports(first: 100) { nodes { ${many(30, n => `a${n}: unusable(first: 100) { nodes { id } }`)} } } }`,
  'a number too large for a number': '{ customers(first: 99999999999999999999) { totalCount } }',
  'a null byte in an id': '{ customer(id: "\\u0000") { id } }',
  'a null byte in a search': '{ customers(search: "a\\u0000b") { totalCount } }',
  'a null byte in the name of a platform': '{ connections(platform: "\\u0000") { totalCount } }',
  'half a character in a search': '{ customers(search: "\\ud800") { totalCount } }',
  'SQL in an id': `{ customer(id: "' or 1=1; drop table calls; --") { id } }`,
  'a cursor of our form and no sense': `{ customers(after: "${Buffer.from(`+275760-09-13T00:00:00.000Z ${'-'.repeat(36)}`).toString('base64url')}") { totalCount } }`,
  'a subscription by POST': `subscription { importProgress(importId: "${id}") { status } }`,
  'parts that come later': '{ viewer { name ... @defer { role } } }',
  'two operations and no choice': '{ viewer { name } } query B { viewer { name } }',
  'a type definition': 'type Query { viewer: String }',
  nothing: '',
};

const find = 'query ($id: ID!) { customer(id: $id) { id } }';
const make = 'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { id } }';

const bodies: Readonly<Record<string, string>> = {
  'a batch of one': `[${asks('{ viewer { name } }')}]`,
  'a batch of five hundred': `[${Array(500).fill(asks('{ viewer { name } }')).join(',')}]`,
  'ninety thousand bytes of a variable': asks(find, { id: 'x'.repeat(90_000) }),
  'a variable forty thousand levels deep': `{"query":${JSON.stringify(find)},"variables":{"id":${nested('[', ']', 40_000, '1')}}}`,
  'an object as a variable where a text belongs': asks(find, { id: { toString: 'x', valueOf: 1 } }),
  'a null byte in a variable': asks(find, { id: 'a\0b' }),
  'a null byte in what is stored': asks(make, { input: { name: 'a\0b' } }),
  'half a character in what is stored': asks(make, { input: { name: '\ud800' } }),
  '__proto__ in an input': `{"query":${JSON.stringify(make)},"variables":{"input":{"name":"x","__proto__":{"admin":true}}}}`,
  'a constructor in an input': `{"query":${JSON.stringify(make)},"variables":{"input":{"name":"x","constructor":{"prototype":{"admin":true}}}}}`,
  '__proto__ as all of the variables': `{"query":${JSON.stringify(make)},"variables":{"__proto__":{"input":{"name":"x"}}}}`,
  'variables that are a list': `{"query":${JSON.stringify(find)},"variables":[1]}`,
  'variables that are a text': `{"query":${JSON.stringify(find)},"variables":"x"}`,
  'a query that is a number': '{"query":1}',
  'an operation name that is an object': '{"query":"{ viewer { name } }","operationName":{}}',
  'a persisted query': `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${'0'.repeat(64)}"}}}`,
  'no query': '{}',
  'half of a body': '{"query":"{ viewer',
  'a body of 110 KB': asks(`{ viewer { name } } #${'x'.repeat(110_000)}`),
};

const query = asks('{ viewer { name } }');
const others: readonly Attack[] = [
  { name: 'a query by GET', method: 'GET', query: '?query={viewer{name}}' },
  {
    name: 'a mutation by GET',
    method: 'GET',
    query: `?query=${encodeURIComponent('mutation { createCustomer(input: { name: "x" }) { id } }')}`,
  },
  { name: 'a DELETE', method: 'DELETE' },
  {
    name: 'a form of a foreign page',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'query={viewer{name}}',
  },
  { name: 'a text of a foreign page', headers: { 'content-type': 'text/plain' }, body: query },
  {
    name: 'parts of a foreign page',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${query}\r\n--x--`,
  },
  { name: 'no content type', headers: { 'content-type': '' }, body: query },
  {
    name: 'a bomb of gzip',
    headers: { 'content-encoding': 'gzip' },
    body: Uint8Array.from(gzipSync(asks(`#${'x'.repeat(20_000_000)}`))),
  },
  { name: 'an encoding that nobody knows', headers: { 'content-encoding': 'x' }, body: query },
  { name: 'a charset that nobody knows', headers: { 'content-type': 'application/json; charset=utf-9' }, body: query },
];

/** Known attacks on GraphQL servers, each of which has to be refused. */
export const attacks: readonly Attack[] = [
  ...Object.entries(documents).map(([name, document]) => ({ name, body: asks(document) })),
  ...Object.entries(bodies).map(([name, body]) => ({ name, body })),
  ...others,
];

/** Sends an attack. `key` undefined sends none. */
export async function attack(
  url: string,
  key: string | undefined,
  { method = 'POST', query = '', headers = {}, body }: Attack,
): Promise<{ readonly status: number; readonly text: string; readonly ms: number }> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/graphql${query}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { status: response.status, text, ms: performance.now() - startedAt };
}

/** The largest documents that are allowed. */
export const heaviest: Readonly<Record<string, string>> = {
  'twenty fragments that have to be merged': `{ ${many(20, n => `...F${n}`)} } ${many(20, n => `fragment F${n} on Query { viewer { name role customerId } }`)}`,
  'thirty repeated objects': `{ ${'viewer { name } '.repeat(31)} }`,
  'four hundred and fifty fields': `{ ${many(30, n => `a${n}: platforms { id name docs kind status caveat limits settleHours verifiedOn customerBrings wouldChangeIf callsPerDayAtMost reachesBackDays requestsPerThousandCalls }`)} }`,
  'all there is to know of the schema': getIntrospectionQuery({
    oneOf: true,
    inputValueDeprecation: true,
    specifiedByUrl: true,
    schemaDescription: true,
  }),
};
