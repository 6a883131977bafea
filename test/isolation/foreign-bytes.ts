import type { FreshDatabase } from '../kit/database.js';

const shortest = 6;

/** Tables whose rows belong to a customer, with the column that names it, as the database itself tells. */
export async function ownedTables(database: FreshDatabase): Promise<{ name: string; owner: string }[]> {
  const tables = await database.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'customer_id' order by 1`,
  );
  return [{ name: 'customers', owner: 'id' }, ...tables.map(({ name }) => ({ name, owner: 'customer_id' }))];
}

/** Every text that stands in rows of this customer; null for rows of the house. Documents at rest are left out. */
export async function textsOf(database: FreshDatabase, customerId: string | null): Promise<Set<string>> {
  const texts = new Set<string>();
  const tables = await ownedTables(database);
  if (customerId === null) tables.push({ name: 'staff', owner: 'null' });
  for (const { name, owner } of tables) {
    const rows = await database.query(
      `select to_jsonb(t) as row from ${name} t where ${owner === 'null' ? 'true' : `${owner} is not distinct from $1`}`,
      owner === 'null' ? [] : [customerId],
    );
    for (const { row } of rows) collect(row, texts);
  }
  return texts;
}

/** Texts that only the others could have told: nothing of one's own, and nothing that everybody may know. */
export function foreignTexts(others: readonly Set<string>[], own: ReadonlySet<string>, known: string): string[] {
  const everywhere = known.toLowerCase();
  return [...new Set(others.flatMap(texts => [...texts]))].filter(text => !own.has(text) && !everywhere.includes(text));
}

/** In lower case, as everything is compared. */
function collect(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') {
    // Sealed documents and digests are no texts.
    if (value.length >= shortest && !value.startsWith('\\x')) into.add(value.toLowerCase());
    if (/^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)))
      into.add(new Date(value).toISOString().toLowerCase());
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) collect(inner, into);
  }
}

/** The answer with all that could be hidden in it: cursors are base64 of what they point at. */
export function legible(answer: string): string {
  const decoded = [...answer.matchAll(/[\w-]{24,}/g)].map(([text]) =>
    Buffer.from(text, 'base64url').toString('latin1'),
  );
  return [answer, ...decoded].join('\n').toLowerCase();
}
