import type { Connector } from '#connector';

/** A word of a platform that its connector does not know. */
export interface NewWord {
  /** As the connector names it. */
  readonly field: string;
  /** Undefined when it does not look like a word of a program, and may be anybody's. */
  readonly word: string | undefined;
}

interface WordField {
  readonly field: string;
  readonly keys: readonly string[];
  readonly known: ReadonlySet<unknown>;
}

const fieldsOf = new WeakMap<Connector['calls'], readonly WordField[]>();

/** Of one item, each once; undefined when it holds none. */
export function newWordsOf({ calls }: Connector, item: unknown): readonly NewWord[] | undefined {
  let found: Map<string, NewWord> | undefined;
  for (const { field, keys, known } of wordFields(calls)) {
    eachValue(item, keys, 0, value => {
      if (typeof value !== 'string' || value === '' || known.has(value)) return;
      const word = isWord(value) ? value : undefined;
      found ??= new Map();
      found.set(`${field} ${word}`, { field, word });
    });
  }
  return found && [...found.values()];
}

/** Taken apart once: this is asked for every call. */
function wordFields(calls: Connector['calls']): readonly WordField[] {
  const before = fieldsOf.get(calls);
  if (before !== undefined) return before;
  const fields = Object.entries(calls.words ?? {}).map(([field, words]) => ({
    ...{ field, keys: field.split('.'), known: new Set<unknown>(words) },
  }));
  fieldsOf.set(calls, fields);
  return fields;
}

/** The values at the end of a path, through all lists on the way. */
function eachValue(value: unknown, keys: readonly string[], at: number, see: (value: unknown) => void): void {
  if (Array.isArray(value)) {
    for (const one of value) eachValue(one, keys, at, see);
    return;
  }
  const key = keys[at];
  if (key === undefined) see(value);
  else if (typeof value === 'object' && value !== null)
    eachValue((value as Readonly<Record<string, unknown>>)[key], keys, at + 1, see);
}

/** Names and sentences have spaces, addresses and numbers have signs and digits. */
function isWord(value: string): boolean {
  return /^[A-Za-z][A-Za-z_-]{0,31}$/.test(value);
}
