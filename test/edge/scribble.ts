import {
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

export interface Scribble {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operation: 'query' | 'mutation' | 'subscription';
}

/** Ids of things that exist, so that fields below them are reached. */
export type Pool = readonly string[];

const texts = [
  '',
  'Acme',
  'a b',
  'Ünïcödé 🎧',
  "' or 1=1 --",
  '%_\\',
  '\u0000',
  '\ud800',
  '\u202e',
  'x'.repeat(300),
  '{"a":1}',
  '__proto__',
  '<b>',
  'gong',
  'me@example.com',
  '0',
];
const times = [
  '2026-01-31T23:59:59Z',
  '2026-01-05T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '2026-02-30T00:00:00Z',
  'soon',
  '2025-11-21T00:00:00Z',
];
const integers = [1, 0, 2, 50, 100, 101, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 1e21];
const strays = [
  '{',
  '}',
  '(',
  ')',
  '!',
  '$x',
  '@skip',
  '@include(if: true)',
  '...',
  '...on Query',
  '"',
  '"""',
  ':',
  '=',
  '#',
  '[',
  ']',
  '\u0000',
  '😀',
  'null',
  '__typename',
  '__schema { types { name } }',
  'fragment F on Query { viewer { name } }',
  '...F',
  '&',
  '|',
];

/** Writes documents that are nearly right, as the numbers of its tape have it: the same tape, the same document. */
export class Scribbler {
  #at = 0;
  #names = 0;
  /** Half of the documents keep to the schema and to good sense. */
  #sloppy = true;
  readonly #variables = new Map<string, { readonly type: string; readonly value: unknown }>();

  constructor(
    readonly schema: GraphQLSchema,
    readonly pool: Pool,
    readonly tape: readonly number[],
  ) {}

  write(): Scribble {
    this.#sloppy = this.#chance(50);
    const operation = this.#chance(70) ? 'query' : this.#chance(75) ? 'mutation' : 'subscription';
    const root = this.schema.getRootType(operation as never) as GraphQLObjectType;
    const roots = operation === 'query' ? 1 + this.#below(3) : 1;
    const selection = Array.from({ length: roots }, () => this.#field(root, 0)).join(' ');
    const declared = [...this.#variables].map(([name, { type }]) => `$${name}: ${type}`).join(', ');
    const query = `${operation}${declared === '' ? '' : ` (${declared})`} { ${selection} }`;
    const variables = Object.fromEntries([...this.#variables].map(([name, { value }]) => [name, value]));
    return { query: this.#slips(50) ? this.#spoil(query) : query, variables, operation };
  }

  #selection(type: GraphQLObjectType, depth: number): string {
    const count = 1 + this.#below(depth > 5 ? 2 : 5);
    const fields = Array.from({ length: count }, () => this.#field(type, depth));
    if (this.#chance(5)) fields.push(`... on ${this.#slips(20) ? 'Query' : type.name} { __typename }`);
    return fields.join(' ');
  }

  #field(parent: GraphQLObjectType, depth: number): string {
    if (this.#chance(5)) return '__typename';
    if (this.#slips(2)) return 'shoe';
    const field = this.#pick(Object.values(parent.getFields()));
    const named = field.args.length > 0 || this.#chance(5);
    const alias = named ? `a${this.#sloppy ? this.#below(40) : (this.#names += 1)}: ` : '';
    const directive = this.#chance(4)
      ? ` @${this.#pick(this.#sloppy ? ['skip', 'include', 'defer', 'nope'] : ['skip', 'include'])}(if: ${this.#chance(50)})`
      : '';
    const type = getNamedType(field.type);
    const inner = isObjectType(type) && !this.#slips(2) ? ` { ${this.#selection(type, depth + 1)} }` : '';
    return `${alias}${field.name}${this.#arguments(field)}${directive}${inner}`;
  }

  #arguments({ args }: GraphQLField<unknown, unknown>): string {
    const given = args.filter(({ type }) => (isNonNullType(type) ? !this.#slips(3) : this.#chance(40)));
    const written = given.map(({ name, type }) => {
      if (this.#chance(40)) return `${name}: ${this.#literal(type, this.#value(type))}`;
      const variable = `v${(this.#names += 1)}`;
      this.#variables.set(variable, { type: this.#slips(3) ? 'Int' : String(type), value: this.#value(type) });
      return `${name}: $${variable}`;
    });
    return written.length === 0 ? '' : `(${written.join(', ')})`;
  }

  #value(type: GraphQLInputType): unknown {
    if (this.#slips(3)) return this.#pick<unknown>([null, 1, 'x', true, [], {}, [[1]], { __proto__: 1 }, 1.5]);
    if (!isNonNullType(type) && this.#chance(8)) return null;
    const bare = getNullableType(type);
    if (isListType(bare)) return Array.from({ length: this.#below(4) }, () => this.#value(bare.ofType));
    const named = getNamedType(bare);
    if (isInputObjectType(named)) {
      const fields = Object.values(named.getFields()).filter(field => isNonNullType(field.type) || this.#chance(50));
      return Object.fromEntries(fields.map(field => [field.name, this.#value(field.type)]));
    }
    if (isEnumType(named))
      return this.#pick([...named.getValues().map(({ name }) => name), ...(this.#sloppy ? ['NOPE'] : [])]);
    if (named.name === 'Int') return this.#pick(this.#sloppy ? integers : integers.slice(0, 1).concat(2, 10));
    if (named.name === 'Boolean') return this.#chance(50);
    if (named.name === 'DateTime') return this.#pick(this.#sloppy ? times : times.slice(0, 2));
    if (!this.#sloppy)
      return this.#pick(named.name === 'ID' ? this.pool.slice(0, 4) : ['Acme', 'gong', 'me@example.com']);
    return this.#pick(this.#chance(60) ? [...this.pool, ...texts.slice(0, 2)] : texts);
  }

  #literal(type: GraphQLInputType, value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(inner => this.#literal(type, inner)).join(', ')}]`;
    if (typeof value === 'object' && value !== null)
      return `{ ${Object.entries(value)
        .map(([name, inner]) => `${name}: ${this.#literal(type, inner)}`)
        .join(', ')} }`;
    return isEnumType(getNamedType(type)) ? String(value) : JSON.stringify(value);
  }

  /** A slip of the pen. */
  #spoil(text: string): string {
    const at = this.#below(text.length);
    const to = at + 1 + this.#below(6);
    const kind = this.#below(4);
    if (kind === 0) return text.slice(0, at) + text.slice(to);
    if (kind === 1) return `${text.slice(0, at)} ${this.#pick(strays)} ${text.slice(at)}`;
    if (kind === 2) return text.slice(0, at) + text.slice(at, to).repeat(1 + this.#below(60)) + text.slice(to);
    return `${text} ${this.#pick(strays)}`;
  }

  /** Whether something goes wrong here. */
  #slips(percent: number): boolean {
    return this.#chance(percent) && this.#sloppy;
  }

  #chance(percent: number): boolean {
    return this.#below(100) < percent;
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#below(from.length)] as T;
  }

  /** The tape goes round, and a little aside each time. */
  #below(count: number): number {
    const number = (this.tape[this.#at % this.tape.length] ?? 0) + Math.floor(this.#at / this.tape.length) * 7_919;
    this.#at += 1;
    return number % count;
  }
}
