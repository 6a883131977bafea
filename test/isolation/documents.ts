import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import type { How, Kind } from './how.js';

/** A place in a document that takes one value: a variable, or a field of an input object in it. */
export interface Slot {
  /** Variable, then the fields of input objects down to here. */
  readonly path: readonly [string, ...string[]];
  readonly coordinate: string;
  readonly required: boolean;
  /** What may stand here: something named, or one of these values. */
  readonly takes: { readonly kind: Kind } | { readonly values: readonly unknown[] };
}

/** One query, mutation or subscription with everything that can be selected under it. */
export interface Errand {
  readonly operation: 'query' | 'mutation' | 'subscription';
  /** `Query.call`. */
  readonly coordinate: string;
  readonly field: string;
  readonly text: string;
  readonly slots: readonly Slot[];
}

/** @throws naming the first argument whose values nobody has said how to choose. */
export function errandsOf(schema: GraphQLSchema, { names }: How): Errand[] {
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return (['query', 'subscription', 'mutation'] as const).flatMap(operation => {
    const root = roots[operation];
    return Object.values(root?.getFields() ?? {}).map(field => {
      const writing = new Writing(names, operation !== 'mutation');
      const selected = writing.field(root as GraphQLObjectType, field, '', []);
      const declared = writing.declared.length === 0 ? '' : ` (${writing.declared.join(', ')})`;
      const text = `${operation}${declared} { ${selected} }`;
      return { operation, coordinate: `${root?.name}.${field.name}`, field: field.name, text, slots: writing.slots };
    });
  });
}

class Writing {
  readonly declared: string[] = [];
  readonly slots: Slot[] = [];

  constructor(
    readonly names: How['names'],
    /** Whether arguments are given below the root, where they may be left out. */
    readonly deep: boolean,
  ) {}

  field(
    parent: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    prefix: string,
    above: readonly unknown[],
  ): string {
    const given = field.args.filter(arg => above.length === 0 || this.deep || isRequiredArgument(arg));
    const args = given.map(arg => {
      const name = `${prefix}${arg.name}`;
      // Left out where there is a default.
      // Pages within pages of the usual length cost more than one operation may.
      const short = arg.name === 'first' && above.length > 0 ? ' = 20' : '';
      this.declared.push(`$${name}: ${isRequiredArgument(arg) ? arg.type : getNullableType(arg.type)}${short}`);
      this.#slots([name], `${parent.name}.${field.name}(${arg.name}:)`, arg, isRequiredArgument(arg));
      return `${arg.name}: $${name}`;
    });
    const type = getNamedType(field.type);
    const inner = isObjectType(type)
      ? ` { ${this.#selection(type, `${prefix}${field.name}_`, [...above, type])} }`
      : '';
    return `${field.name}${args.length === 0 ? '' : `(${args.join(', ')})`}${inner}`;
  }

  /** Everything, but never a type inside itself. */
  #selection(type: GraphQLObjectType, prefix: string, above: readonly unknown[]): string {
    return Object.values(type.getFields())
      .filter(field => !above.includes(getNamedType(field.type)))
      .map(field => this.field(type, field, prefix, above))
      .join(' ');
  }

  #slots(
    path: Slot['path'],
    coordinate: string,
    { type }: GraphQLArgument | GraphQLInputField,
    required: boolean,
  ): void {
    const kind = this.names[coordinate];
    const named = getNamedType(type);
    if (kind !== undefined) return void this.slots.push({ path, coordinate, required, takes: { kind } });
    if (isInputObjectType(named)) {
      if ('ofType' in type && isListType(type.ofType)) throw new Error(`Say in how.ts what ${coordinate} names.`);
      for (const field of Object.values(named.getFields()))
        this.#slots(
          [...path, field.name],
          `${named.name}.${field.name}`,
          field,
          required && isRequiredInputField(field),
        );
      return;
    }
    const values = valuesOf(named);
    if (values === undefined) throw new Error(`Say in how.ts what ${coordinate} names.`);
    this.slots.push({ path, coordinate, required, takes: { values } });
  }
}

/** Types whose values name nothing. */
function valuesOf(type: GraphQLNamedInputType): readonly unknown[] | undefined {
  if (isEnumType(type)) return type.getValues().map(({ name }) => name);
  if (type.name === 'Int') return [100];
  return type.name === 'Boolean' ? [true, false] : undefined;
}
