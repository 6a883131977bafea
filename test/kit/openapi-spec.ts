import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import type { Exchange } from '../../src/sandbox/sandbox.js';

/**
 * A vendor's own OpenAPI 3 description as a judge of requests and replies.
 *
 * Such files are third-party text and stay out of this repository: they are looked for in `SPECS_DIR`, or in
 * `shared/specs` beside the repository. What a description does not name is a problem, so that inventions are noticed.
 */
export interface OpenApiSpec {
  /** What the description does not allow about a request, one sentence each. */
  requestProblems(request: Exchange['request']): readonly string[];
  /** The same about the reply to it. Injected faults are nobody's fault and have none. */
  replyProblems(exchange: Exchange): readonly string[];
  /** The same about the body of an event that the description names under `webhooks`. */
  eventProblems(name: string, body: unknown): readonly string[];
}

type Json = Readonly<Record<string, unknown>>;
interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema?: Json;
}
interface Operation {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Json }>> };
  readonly responses: Readonly<Record<string, Json>>;
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  /** Of OpenAPI 3.1: what the platform sends by itself. */
  readonly webhooks?: Readonly<Record<string, { readonly post: Operation }>>;
}

/** Undefined, and said loudly, when the description is not at hand. */
export function openApiSpec(file: string): OpenApiSpec | undefined {
  const folder = process.env.SPECS_DIR ?? new URL('../../../shared/specs', import.meta.url).pathname;
  const path = `${folder}/${file}`;
  if (existsSync(path)) return openSpec(parse(readFileSync(path, 'utf8')) as Description);
  console.warn(
    `\n!!! SKIPPED: nothing is validated against the vendor's description; ${path} is missing. Set SPECS_DIR.\n`,
  );
  return undefined;
}

function openSpec(description: Description): OpenApiSpec {
  const resolve = (value: unknown): Json => {
    const ref = (value as { $ref?: string }).$ref;
    return (ref === undefined ? value : at(description, ref)) as Json;
  };
  const closed = closing(resolve);
  const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'https://spec.example/', ...(closed(description) as Json) });
  const validators = new Map<string, ValidateFunction>();
  const problems = (schema: unknown, value: unknown, where: string): readonly string[] => {
    const key = JSON.stringify(schema);
    const validate = validators.get(key) ?? ajv.compile(closed(schema) as Json);
    validators.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const extra = (params as { additionalProperty?: string }).additionalProperty;
      return `${where}${instancePath}: ${message}${extra ? ` (${extra})` : ''}`;
    });
  };
  const operationOf = ({ method, path }: Exchange['request']): Operation | undefined => {
    const known = Object.keys(description.paths).find(template =>
      new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
    return known === undefined ? undefined : description.paths[known]?.[method.toLowerCase()];
  };
  return {
    requestProblems(request) {
      const operation = operationOf(request);
      if (operation === undefined) return [`${request.method} ${request.path} is not in the description`];
      const { path, query, body } = request;
      const inQuery = (operation.parameters ?? [])
        .map(parameter => resolve(parameter) as unknown as Parameter)
        .filter(parameter => parameter.in === 'query');
      const payload = operation.requestBody?.content?.['application/json']?.schema;
      return [
        ...[...query.keys()]
          .filter(name => !inQuery.some(known => known.name === name))
          .map(name => `${path}: unknown query parameter ${name}`),
        ...inQuery
          .filter(({ name, required }) => required === true && !query.has(name))
          .map(({ name }) => `${path}: query parameter ${name} is missing`),
        ...inQuery
          .filter(({ name }) => query.has(name))
          .flatMap(({ name, schema }) =>
            problems(schema ?? {}, typed(query.getAll(name), resolve(schema ?? {})), `${path}?${name}`),
          ),
        ...(payload !== undefined
          ? problems(payload, body, path)
          : body === undefined
            ? []
            : [`${path}: takes no body`]),
      ];
    },
    replyProblems({ request, reply, fault }) {
      if (fault !== undefined) return [];
      const operation = operationOf(request);
      const where = `${request.method} ${request.path} ${reply.status}`;
      if (operation === undefined) return reply.status === 404 ? [] : [`${where}: is not in the description`];
      const response = operation.responses[reply.status];
      if (response === undefined) return [`${where}: the status is not in the description`];
      const content = resolve(response).content as Readonly<Record<string, { schema?: Json }>> | undefined;
      const schema = content?.['application/json']?.schema;
      return schema === undefined ? [] : problems(schema, JSON.parse(reply.body.toString('utf8')), where);
    },
    eventProblems(name, body) {
      const payload = description.webhooks?.[name]?.post.requestBody?.content?.['application/json']?.schema;
      return payload === undefined ? [`the event ${name} is not in the description`] : problems(payload, body, name);
    },
  };
}

/** As the parameter's type, or one of its types, reads it: everything in an address is text. */
function typed(values: readonly string[], schema: Json): unknown {
  const [value = ''] = values;
  const types = [schema, ...((schema.oneOf ?? []) as readonly Json[])].map(({ type }) => type);
  if (types.includes('array')) return values;
  if (types.includes('boolean') && ['true', 'false'].includes(value)) return value === 'true';
  const isNumber =
    types.some(type => type === 'integer' || type === 'number') && !Number.isNaN(Number.parseFloat(value));
  return isNumber ? Number(value) : value;
}

function at(root: unknown, ref: string): unknown {
  return ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((value, key) => (value as Json)[key.replaceAll('~1', '/').replaceAll('~0', '~')], root);
}

/**
 * What is not named is not allowed; references lead to the whole description; `nullable` of OpenAPI 3.0 is a type; what
 * is put together by `allOf` is one, since none of its parts names all.
 */
function closing(resolve: (value: unknown) => Json): (schema: unknown) => unknown {
  const closed = (schema: unknown): unknown => {
    if (Array.isArray(schema)) return schema.map(closed);
    if (typeof schema !== 'object' || schema === null) return schema;
    const { nullable, example: _, ...given } = joined(schema as Json);
    const inner: Record<string, unknown> = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [key, closed(value)]),
    );
    if (typeof inner.$ref === 'string' && inner.$ref.startsWith('#/'))
      inner.$ref = `https://spec.example/${inner.$ref}`;
    if (nullable === true && typeof inner.type === 'string') inner.type = [inner.type, 'null'];
    if (inner.properties !== undefined && inner.additionalProperties === undefined) inner.additionalProperties = false;
    return inner;
  };
  const joined = ({ allOf, ...own }: Json): Json => {
    if (!Array.isArray(allOf)) return own;
    const parts = [...allOf.map(part => joined(resolve(part))), own];
    return {
      ...Object.assign({}, ...parts),
      properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
      required: parts.flatMap(({ required = [] }) => required),
    };
  };
  return closed;
}
