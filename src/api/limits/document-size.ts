import {
  type ASTVisitor,
  type DirectiveNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { mergesIn } from './document-merges.js';

/**
 * How much one document may ask. Fragments count as often as they are spread.
 * `repeats` are fields that were already asked for at the same place, `merges` the pairs of them that have to be compared,
 * also between fragments.
 */
export const documentLimits = {
  tokens: 2_000,
  depth: 8,
  selections: 500,
  aliases: 30,
  repeats: 30,
  directives: 20,
  fragments: 50,
  merges: 1_000,
} as const;

type Measure = 'depth' | 'selections' | 'aliases' | 'repeats' | 'directives';
type Size = Readonly<Record<Measure, number>>;
const nothing: Size = { depth: 0, selections: 0, aliases: 0, repeats: 0, directives: 0 };
const measures = Object.keys(nothing) as Measure[];

/**
 * Validation rule for HTTP and sockets alike. A document that is too large is hidden from all other rules, since
 * some of them would work on it for a second.
 */
export function documentSizeRule(context: ValidationContext): ASTVisitor {
  return {
    Document(document) {
      const faults = faultsOf(context);
      for (const fault of faults) context.reportError(fault);
      return faults.length === 0 ? undefined : { ...document, definitions: [] };
    },
  };
}

function faultsOf(context: ValidationContext): GraphQLError[] {
  const { definitions } = context.getDocument();
  const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).length;
  const faults = fragments > documentLimits.fragments ? [tooMuch('fragments')] : [];
  const scale = new Scale(context);
  // Fragments that nobody spreads are not run, but they are validated.
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const size = scale.sizeOf(definition);
    faults.push(...measures.filter(what => size[what] > documentLimits[what]).map(what => tooMuch(what, definition)));
    if (faults.length > 0) return faults;
    if (mergesIn(context, definition.selectionSet, documentLimits.selections) > documentLimits.merges)
      return [tooMuch('merges', definition)];
  }
  return faults;
}

function tooMuch(
  what: Measure | 'fragments' | 'merges',
  definition?: OperationDefinitionNode | FragmentDefinitionNode,
): GraphQLError {
  const message = `The document asks too much at once: its ${what} must be at most ${documentLimits[what]}.`;
  return new GraphQLError(message, { nodes: definition ?? null });
}

/** Measures each fragment once, so that a nest of them costs nothing. */
class Scale {
  readonly #measured = new Map<string, Size>();

  constructor(readonly context: ValidationContext) {}

  sizeOf(definition: OperationDefinitionNode | FragmentDefinitionNode): Size {
    const size = add(this.#set(definition.selectionSet, new Set()), directivesOf(definition));
    // Introspection is deep by nature and has a depth rule of its own.
    const introspects =
      definition.kind === Kind.FRAGMENT_DEFINITION && definition.typeCondition.name.value.startsWith('__');
    return introspects ? { ...size, depth: 1 } : size;
  }

  /** @param asked response names at this place; inline fragments stand at the place of what is around them. */
  #set(set: SelectionSetNode | undefined, asked: Set<string>): Size {
    return (set?.selections ?? []).map(node => add(this.#one(node, asked), directivesOf(node))).reduce(add, nothing);
  }

  #one(node: SelectionNode, asked: Set<string>): Size {
    if (node.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(this.context.getFragment(node.name.value));
    if (node.kind === Kind.INLINE_FRAGMENT) return this.#set(node.selectionSet, asked);
    const inner = this.#set(node.selectionSet, new Set());
    const name = (node.alias ?? node.name).value;
    const repeats = asked.has(name) ? 1 : 0;
    asked.add(name);
    return {
      ...inner,
      depth: node.name.value.startsWith('__') ? 1 : inner.depth + 1,
      selections: inner.selections + 1,
      aliases: inner.aliases + (node.alias === undefined ? 0 : 1),
      repeats: inner.repeats + repeats,
    };
  }

  #fragment(fragment: FragmentDefinitionNode | null | undefined): Size {
    if (fragment == null) return nothing;
    const known = this.#measured.get(fragment.name.value);
    if (known !== undefined) return known;
    // Stands while the fragment is measured; one that spreads itself is refused by another rule.
    this.#measured.set(fragment.name.value, nothing);
    const size = this.sizeOf(fragment);
    this.#measured.set(fragment.name.value, size);
    return size;
  }
}

function directivesOf({ directives = [] }: { readonly directives?: readonly DirectiveNode[] | undefined }): Size {
  return directives.length === 0 ? nothing : { ...nothing, directives: directives.length };
}

function add(a: Size, b: Size): Size {
  return {
    depth: Math.max(a.depth, b.depth),
    selections: a.selections + b.selections,
    aliases: a.aliases + b.aliases,
    repeats: a.repeats + b.repeats,
    directives: a.directives + b.directives,
  };
}
