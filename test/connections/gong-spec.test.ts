/**
 * The connector's requests against the vendor's own description. That file is not ours to ship: it is read from
 * beside the project, or from SPECS_DIR, and its absence is said aloud.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Request } from '#connector';
import gong from '../../connections/gong/connector.js';

const directory = process.env['SPECS_DIR'] ?? path.join(import.meta.dirname, '../../../shared/specs');
const file = path.join(directory, 'gong/gong-v2-swagger.calls.json');
const present = existsSync(file);
if (!present) console.warn(`SKIPPED: Gong's requests were not checked, because ${file} is absent. Set SPECS_DIR.`);

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly example?: unknown;
}
interface Spec {
  readonly definitions: Readonly<Record<string, Schema>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly parameters: readonly {
    readonly in: string;
    readonly name: string;
    readonly required: boolean;
    readonly schema?: Schema;
  }[];
}

describe.skipIf(!present)("asks only what Gong's own description knows", () => {
  const window = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
  const requests: Request[] = [
    gong.calls.request({ ...window, cursor: 'c' }),
    gong.transcripts?.request({ externalIds: ['1', '2'], cursor: 'c' }),
    gong.preview?.request(window),
    { path: '/v2/workspaces' },
    { path: '/v2/users' },
  ].filter(request => request !== undefined);

  test.each(requests.map(request => [request.path, request] as const))('%s', (_, request) => {
    expect(unknownTo(spec(), request)).toEqual([]);
  });

  test('would notice a cursor in the query, an unknown word in the body and a missing date', () => {
    const listing = gong.calls.request({ ...window, cursor: undefined });

    expect(unknownTo(spec(), { ...listing, query: { cursor: 'c' } })).toEqual(['query cursor']);
    expect(unknownTo(spec(), { ...listing, body: { filter: { from: window.from } } })).toEqual(['body.filter.from']);
    expect(unknownTo(spec(), { path: '/v2/calls', query: { fromDateTime: window.from } })).toEqual([
      'query lacks toDateTime',
    ]);
  });
});

function spec(): Spec {
  return JSON.parse(readFileSync(file, 'utf8')) as Spec;
}

function unknownTo({ paths, definitions }: Spec, { path: at, method = 'GET', query = {}, body }: Request): string[] {
  const operation = paths[at]?.[method.toLowerCase()];
  if (operation === undefined) return [`${method} ${at}`];
  const names = operation.parameters.filter(parameter => parameter.in === 'query');
  const schema = operation.parameters.find(parameter => parameter.in === 'body')?.schema;
  return [
    ...Object.keys(query)
      .filter(name => !names.some(known => known.name === name))
      .map(name => `query ${name}`),
    ...names.filter(({ name, required }) => required && !(name in query)).map(({ name }) => `query lacks ${name}`),
    ...(body === undefined ? [] : unknownWords(JSON.parse(JSON.stringify(body)), schema, 'body', definitions)),
  ];
}

function unknownWords(
  value: unknown,
  schema: Schema | undefined,
  at: string,
  definitions: Spec['definitions'],
): string[] {
  const known = schema?.$ref === undefined ? schema : definitions[schema.$ref.split('/').at(-1) ?? ''];
  if (known === undefined) return [at];
  // The description calls lists of ids objects, and shows by example what they are.
  if (Array.isArray(value)) return Array.isArray(known.example) ? [] : [`${at} is a list`];
  if (typeof value !== 'object' || value === null)
    return known.type === typeof value ? [] : [`${at} is a ${typeof value}`];
  return Object.entries(value).flatMap(([name, inner]) =>
    unknownWords(inner, known.properties?.[name], `${at}.${name}`, definitions),
  );
}
