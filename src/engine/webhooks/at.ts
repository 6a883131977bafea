import type { KeyPath } from '#connector';

/** What lies under these keys; undefined when there is nothing. Only what was written there, never what objects inherit. */
export function at(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Readonly<Record<string, unknown>>)[key]
        : undefined,
    value,
  );
}
