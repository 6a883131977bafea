import { existsSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Exchange } from '../../src/sandbox/sandbox.js';

/**
 * The vendor's own specification as a judge of requests and replies.
 *
 * Its file is third-party text and stays out of this repository: it is looked for in `SPECS_DIR`, or
 * in `shared/specs` beside the repository.
 */
export interface GongSpec {
  /** What the specification does not allow about a request, one sentence each. */
  requestProblems(request: Exchange['request']): readonly string[];
  /** The same about the reply to it. Injected faults are nobody's fault and have none. */
  replyProblems(exchange: Exchange): readonly string[];
}

/*
 * All places where we do not follow the specification to the letter, and why:
 *
 * - Lists of texts (`callIds`, `primaryUserIds`, `errors`, `emailAliases`) are declared as objects; the
 *   examples beside them are arrays, and clients send and get arrays.
 * - The value of a CRM field is declared as an object, its example is a text. Any value is let through.
 * - Selector flags brief, outline, highlights, callOutcome and keyPoints are younger than our copy;
 *   published clients send them.
 * - For a wrong credential 401 is declared on calls only. We expect it on users and workspaces too, as
 *   clients report it, beside the 403 that is declared there.
 * - The dates of GET /v2/calls are declared as required and described as optional; we take them as required.
 * - Whether `toDateTime` itself is inside is not said for calls. We take windows as half-open, as the text
 *   on users says ("at or after", "before").
 * - Neither the page size of 100 nor the limit of 100 ids in a filter is written down; both are what
 *   clients found.
 * - The specification requires no field of a reply and allows more than it names. We require those without
 *   which a reply is useless, and want nothing that it does not name, so that inventions are noticed.
 */
const younger = ['brief', 'outline', 'highlights', 'callOutcome', 'keyPoints'];

/** Fields that a reply without which would be useless; the specification requires none at all. */
const needed: Readonly<Record<string, readonly string[]>> = {
  Calls: ['requestId', 'records', 'calls'],
  CallsResponse: ['requestId', 'records', 'calls'],
  CallTranscripts: ['requestId', 'records', 'callTranscripts'],
  UsersMetadata: ['requestId', 'records', 'users'],
  WorkspacesMetadata: ['requestId', 'workspaces'],
  SpecificCall: ['requestId', 'call'],
  ErrorResponse: ['requestId', 'errors'],
  Records: ['totalRecords', 'currentPageSize', 'currentPageNumber'],
  Call: ['metaData'],
  CallBasicData: ['id', 'started', 'duration'],
  CallTranscript: ['callId', 'transcript'],
  Monologue: ['speakerId', 'sentences'],
  Sentence: ['start', 'end', 'text'],
  UserMetadata: ['id', 'emailAddress'],
};

interface Schema {
  readonly [key: string]: unknown;
  readonly type?: string;
  readonly example?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Operation {
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly type?: string;
    readonly schema?: Schema;
  }[];
  readonly responses: Readonly<Record<string, { readonly schema?: Schema }>>;
}
interface Swagger {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** Undefined, and said loudly, when the specification is not at hand. */
export function gongSpec(): GongSpec | undefined {
  const folder = process.env.SPECS_DIR ?? new URL('../../../shared/specs', import.meta.url).pathname;
  const file = `${folder}/gong/gong-v2-swagger.calls.json`;
  if (existsSync(file)) return openSpec(JSON.parse(readFileSync(file, 'utf8')) as Swagger);
  console.warn(
    `\n!!! SKIPPED: nothing is validated against the vendor's specification; ${file} is missing. Set SPECS_DIR.\n`,
  );
  return undefined;
}

function openSpec(swagger: Swagger): GongSpec {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  for (const [name, schema] of Object.entries(swagger.definitions)) {
    ajv.addSchema({ ...tightened(schema, name), $id: keyOf(name) });
  }
  const validators = new Map<string, ValidateFunction>();
  const problems = (schema: Schema, value: unknown, where: string): readonly string[] => {
    const key = JSON.stringify(schema);
    const validate = validators.get(key) ?? ajv.compile(tightened(schema));
    validators.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const extra = (params as { additionalProperty?: string }).additionalProperty;
      return `${where}${instancePath}: ${message}${extra ? ` (${extra})` : ''}`;
    });
  };
  return {
    requestProblems({ method, path, query, body }) {
      const operation = operationOf(swagger, method, path);
      if (!operation) return [`${method} ${path} is not in the specification`];
      const inQuery = operation.parameters.filter(parameter => parameter.in === 'query');
      const payload = operation.parameters.find(parameter => parameter.in === 'body');
      return [
        ...[...query.keys()]
          .filter(name => !inQuery.some(known => known.name === name))
          .map(name => `${path}: unknown query parameter ${name}`),
        ...inQuery
          .filter(({ name, required }) => required && !query.has(name))
          .map(({ name }) => `${path}: query parameter ${name} is missing`),
        ...(payload?.schema
          ? problems(payload.schema, body, path)
          : body === undefined
            ? []
            : [`${path}: takes no body`]),
      ];
    },
    replyProblems({ request, reply, fault }) {
      if (fault) return [];
      const operation = operationOf(swagger, request.method, request.path);
      if (!operation)
        return reply.status === 404 ? [] : [`${request.path} is not in the specification, and yet answered`];
      const response = operation.responses[reply.status === 401 ? '400' : reply.status];
      if (!response?.schema) return [`${request.path}: status ${reply.status} is not in the specification`];
      return problems(response.schema, JSON.parse(reply.body.toString('utf8')), `${request.path} ${reply.status}`);
    },
  };
}

function operationOf({ paths }: Swagger, method: string, path: string): Operation | undefined {
  const known =
    Object.keys(paths).find(template => template === path) ?? Object.keys(paths).find(template => fits(template, path));
  return known ? paths[known]?.[method.toLowerCase()] : undefined;
}

function fits(template: string, path: string): boolean {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '\\d+')}$`).test(path);
}

function keyOf(definition: string): string {
  return `https://spec.example/${definition.replace(/\W+/g, '-')}`;
}

/** Swagger 2.0 to JSON Schema, and closed: what the specification does not name is a problem. */
function tightened(schema: Schema, name = ''): Schema {
  const { $ref, example, description = '', properties, items, type, enum: allowed, format } = schema;
  if (typeof $ref === 'string') return { $ref: keyOf($ref.replace('#/definitions/', '')) };
  if (type === 'array') return { type, items: tightened((items ?? {}) as Schema) };
  if (type === 'object' && Object.keys(properties ?? {}).length === 0) {
    return Array.isArray(example) ? { type: 'array', items: { type: 'string' } } : {};
  }
  if (type === 'object' && properties) {
    const added = name === 'CallContent' ? Object.fromEntries(younger.map(flag => [flag, { type: 'boolean' }])) : {};
    const known = Object.entries(properties).map(([key, inner]) => [key, tightened(inner)] as const);
    return {
      type,
      properties: { ...Object.fromEntries(known), ...added },
      required: needed[name] ?? [],
      additionalProperties: false,
    };
  }
  const text = type === 'string' && allowed === undefined;
  return {
    ...(type ? { type } : {}),
    ...(allowed ? { enum: allowed } : {}),
    ...(format ? { format } : {}),
    ...(text && description.includes('ISO-8601') ? { format: 'date-time' } : {}),
    ...(text && description.includes('up to 20 digits') ? { pattern: '^\\d{1,20}$' } : {}),
  };
}
