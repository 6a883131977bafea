import { type FieldNode, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';

/**
 * How many pairs of fields have to be compared because they have the same name at the same place, those of fragments
 * included. Of a document whose fragments go round, which another rule refuses, only a part is looked at.
 *
 * @param mostFields how many fields there can be when nothing goes round.
 */
export function mergesIn(context: ValidationContext, set: SelectionSetNode, mostFields: number): number {
  let fieldsLeft = mostFields;

  const at = (sets: readonly SelectionSetNode[]): number => {
    const fields = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    const gather = ({ selections }: SelectionSetNode): void => {
      for (const node of selections) {
        if (node.kind === Kind.INLINE_FRAGMENT) gather(node.selectionSet);
        if (node.kind === Kind.FRAGMENT_SPREAD && !spread.has(node.name.value)) {
          spread.add(node.name.value);
          const fragment = context.getFragment(node.name.value);
          if (fragment != null) gather(fragment.selectionSet);
        }
        if (node.kind !== Kind.FIELD || fieldsLeft === 0) continue;
        fieldsLeft -= 1;
        const name = (node.alias ?? node.name).value;
        fields.set(name, [...(fields.get(name) ?? []), node]);
      }
    };
    sets.forEach(gather);
    return [...fields.values()].reduce((merges, same) => {
      const inner = same.flatMap(({ selectionSet }) => selectionSet ?? []);
      return merges + (same.length * (same.length - 1)) / 2 + (inner.length === 0 ? 0 : at(inner));
    }, 0);
  };

  return at([set]);
}
