import { expect } from 'vitest';
import type { TestHub } from './hub.js';

interface Seen {
  readonly status: string;
  readonly finished: boolean;
  readonly sequence: number;
  readonly stored: number;
}

const document =
  'subscription ($id: ID!) { importProgress(importId: $id) { status finished sequence stored found transcripts } }';

/** What each of many subscribers saw of one import, each over a socket of its own, from now to its end. */
export async function follow(
  hub: Pick<TestHub, 'subscribe'>,
  importId: string,
  keys: readonly (string | undefined)[],
): Promise<readonly (readonly Seen[])[]> {
  return Promise.all(
    keys.map(async key => {
      const seen: Seen[] = [];
      for await (const { data, errors } of hub.subscribe(document, { id: importId }, key)) {
        if (errors !== undefined) throw new Error(JSON.stringify(errors));
        seen.push(data.importProgress);
      }
      return seen;
    }),
  );
}

/** Everybody saw the import's true end, and nobody an older state after a newer one. */
export function expectTrueEnd(all: readonly (readonly Seen[])[], calls: number): void {
  for (const seen of all) {
    const sequences = seen.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
    expect(seen.at(-1)).toMatchObject({
      ...{ status: 'COMPLETED', finished: true, stored: calls, found: calls, transcripts: calls },
    });
  }
}
