/** The candidate that is few slips of the keyboard away from what was written, if there is one. */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates.map(candidate => ({ candidate, slips: countSlips(written, candidate) }));
  const best = ranked.sort((a, b) => a.slips - b.slips)[0];
  return best !== undefined && best.slips <= Math.max(2, best.candidate.length / 4) ? best.candidate : undefined;
}

/** Letters to add, drop or change: the Levenshtein distance. */
function countSlips(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of from.split('').entries()) {
    const next = [index + 1];
    for (const [column, other] of to.split('').entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
