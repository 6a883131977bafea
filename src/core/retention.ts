/** For how long something is kept. Each feature says so of what grows with time; `forget-old.ts` carries it out. */
export interface Retention {
  /** What it is, as the README names it. Absent: nobody ever sees it. */
  readonly what?: string;
  /** How long, in words: `30 days`. */
  readonly kept?: string;
  /** Forgets at most `$1` of them, and returns a row for each. */
  readonly statement: string;
}

/** The README's table. */
export function retentionMarkdown(rules: readonly Retention[]): string {
  const rows = rules.filter(({ what }) => what !== undefined).map(({ what, kept }) => `| ${what} | ${kept} |`);
  return ['| What | Kept for |', '|---|---|', ...rows].join('\n');
}
