/**
 * Reading what a platform wrote. Whatever is read is checked first: a value of the wrong type throws. Messages name fields and never
 * quote values, because they are kept beside the call that was set aside. Null and empty text are absent.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** The checks under the name of a platform, which their messages begin with. Each throws an Error when a value has the wrong type. */
export function readerOf(platform: string) {
  const wrong = (what: string, value: unknown, wanted: string): Error =>
    new Error(`${platform}: ${what} is ${typeName(value)}, not ${wanted}.`);
  const reader = {
    fields(value: unknown, what: string): Fields {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
      throw wrong(what, value, 'an object');
    },
    list(from: Fields, name: string): readonly unknown[] {
      const value = from[name] ?? [];
      if (Array.isArray(value)) return value;
      throw wrong(`\`${name}\``, value, 'a list');
    },
    text(from: Fields, name: string): string | undefined {
      const value = from[name] ?? '';
      if (typeof value === 'string') return value === '' ? undefined : value;
      throw wrong(`\`${name}\``, value, 'text');
    },
    amount(from: Fields, name: string): number | undefined {
      const value = from[name] ?? undefined;
      if (value === undefined || (typeof value === 'number' && value >= 0)) return value;
      throw wrong(`\`${name}\``, value, 'an amount');
    },
    /** A needed time, as written and with the platform's offset: without one it would not be a moment. */
    time(from: Fields, name: string): string {
      const written = reader.needed(reader.text(from, name), name);
      const isShaped = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(written);
      if (isShaped && !Number.isNaN(Date.parse(written))) return written;
      throw new Error(`${platform}: \`${name}\` is not a time with an offset.`);
    },
    /** People click on it, so nothing but a web address passes. */
    link(from: Fields, name: string): string | undefined {
      const url = reader.text(from, name);
      return url?.startsWith('https://') ? url : undefined;
    },
    needed<T>(value: T | undefined, name: string): T {
      if (value !== undefined) return value;
      throw new Error(`${platform}: \`${name}\` is missing.`);
    },
  };
  return reader;
}

function typeName(value: unknown): string {
  if (value === undefined || value === null) return 'missing';
  if (typeof value === 'number' && value < 0) return 'negative';
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}
