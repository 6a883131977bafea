import type { Scope } from './scope.js';

/**
 * One look for all that is asked in the same turn of the event loop: the fields of a page's calls are
 * resolved side by side, and a hundred connections are not there.
 *
 * @param look answers for distinct keys; what it leaves out is undefined.
 */
export function batched<V>(
  look: (scope: Scope, keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): (scope: Scope, key: string) => Promise<V | undefined> {
  const open = new WeakMap<Scope, { readonly keys: Set<string>; readonly found: Promise<ReadonlyMap<string, V>> }>();
  return async (scope, key) => {
    const batch = open.get(scope) ?? begin(scope);
    batch.keys.add(key);
    return (await batch.found).get(key);
  };

  function begin(scope: Scope) {
    const keys = new Set<string>();
    const found = new Promise(resolve => setImmediate(resolve)).then(() => {
      open.delete(scope);
      return look(scope, [...keys]);
    });
    const batch = { keys, found };
    open.set(scope, batch);
    return batch;
  }
}
