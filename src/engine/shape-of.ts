const deepest = 5;
const mostFields = 60;
/** Others may be names of people or of things: somebody's own field, an address as a key. */
const isPlain = /^[A-Za-z_][\w-]{0,39}$/;

/**
 * What a record looks like: the names of its fields and the kinds of their values, and none of the values. Enough to see what
 * a platform has changed, and nothing of a customer's. Undefined when it is no object of JSON.
 */
export function shapeOf(record: Buffer): object | undefined {
  try {
    const parsed: unknown = JSON.parse(record.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (shape(parsed, 0) as object)
      : undefined;
  } catch {
    return undefined;
  }
}

function shape(value: unknown, depth: number): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 || depth >= deepest ? [] : [shape(value[0], depth + 1)];
  if (typeof value !== 'object') return value === '' ? 'empty text' : kinds[typeof value];
  if (depth >= deepest) return {};
  const fields = Object.entries(value).filter(([name]) => isPlain.test(name));
  return Object.fromEntries(fields.slice(0, mostFields).map(([name, inner]) => [name, shape(inner, depth + 1)]));
}

const kinds: Readonly<Record<string, string>> = { string: 'text', number: 'number', boolean: 'yes or no' };
