import type { z } from 'zod';

/** A list such as `team=blue,login=a%20b`, as OpenTelemetry writes headers and attributes. */
export function readPairs(
  names: RegExp,
  values: RegExp,
): (list: string, context: z.RefinementCtx<string>) => Readonly<Record<string, string>> {
  return (list, context) => {
    const pairs = list
      .split(',')
      .filter(item => item.trim() !== '')
      .map((item, index) => {
        const [name = '', ...rest] = item.split('=');
        const value = decoded(rest.join('=').trim());
        if (rest.length === 0 || !names.test(name.trim()) || value === undefined || !values.test(value))
          context.addIssue(`must be a list of name=value; number ${index + 1} is not`);
        return [name.trim(), value ?? ''] as const;
      });
    return Object.freeze(Object.fromEntries(pairs));
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
