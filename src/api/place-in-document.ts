import { type ASTNode, type DocumentNode, Kind, parse, type Source, visit } from 'graphql';

/** Path of a value within the arguments of a document, such as `input.types[0]`; undefined outside of arguments. */
export function placeOf(node: ASTNode | undefined): string | undefined {
  if (node?.loc === undefined) return undefined;
  const { source, start, end } = node.loc;
  const document = read(source);
  let found: string | undefined;
  visit(document, {
    enter({ kind, loc }, _key, _parent, keys) {
      if (kind === node.kind && loc?.start === start && loc.end === end) found ??= pathOf(document, keys);
    },
  });
  return found;
}

/** Follows the keys by which a node is reached. */
function pathOf(document: DocumentNode, keys: readonly (string | number)[]): string | undefined {
  let at: unknown = document;
  let path: string | undefined;
  for (const [nth, key] of keys.entries()) {
    at = (at as Record<string | number, unknown>)[key];
    const { kind, name } = at as { readonly kind?: Kind; readonly name?: { readonly value: string } };
    if (kind === Kind.ARGUMENT) path = name?.value;
    else if (path !== undefined && kind === Kind.OBJECT_FIELD) path += `.${name?.value}`;
    else if (path !== undefined && keys[nth - 1] === 'values') path += `[${key}]`;
  }
  return path;
}

const documents = new WeakMap<Source, DocumentNode>();

/** Errors hold a part of the document alone. It could be read before, or there would be none of them. */
function read(source: Source): DocumentNode {
  const known = documents.get(source) ?? parse(source);
  documents.set(source, known);
  return known;
}
