import { createHash } from 'node:crypto';

/** SHA-256 of the value's canonical JSON: the same for the same value, whatever the order of its keys. */
export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)) ?? '')
    .digest('hex');
}

/** Digest of what was asked, leaving out which page of it: entries that share one belong to one listing. */
export function questionOf(place: string, query: URLSearchParams, body: unknown): string {
  const parameters = [...query].filter(([name]) => !isCursor(name)).sort();
  return digestOf([place, parameters, withoutCursor(body)]);
}

export function isCursor(name: string): boolean {
  return /cursor|page_?token/i.test(name);
}

/** The value for people to look at: long lists as their length and first element, long texts cut. */
export function outlineOf(value: unknown): unknown {
  if (typeof value === 'string' && value.length > 120) return `${value.slice(0, 120)}…`;
  if (Array.isArray(value))
    return value.length > 3 ? { count: value.length, first: outlineOf(value[0]) } : value.map(outlineOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, outlineOf(inner)]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

function withoutCursor(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !isCursor(name)));
}
