import { digest } from '#connector';

/**
 * Cursors: opaque to clients, and good only for the question they were made for. They carry all they
 * need, so that they outlive a restart of the sandbox, as the platform's outlive its deployments.
 */
export interface Cursor {
  /** First row of the page that it asks for. */
  readonly row: number;
  /** How often all cursors had been killed when it was made. */
  readonly epoch: number;
  /** Whether late calls were to be seen; a listing goes on as it began. */
  readonly revealed: boolean;
}

export function writeCursor(cursor: Cursor, question: string, seed: number): string {
  const text = `${cursor.row}.${cursor.epoch}.${cursor.revealed ? 1 : 0}.${digest(question, seed).toString(36)}`;
  const seal = digest(text, seed ^ 0x5bd1e995).toString(36);
  return `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(text).toString('base64url')}.${seal}`;
}

/** The cursor, or the reason why the platform refuses it. */
export function readCursor(written: string, question: string, seed: number, epoch: number): Cursor | string {
  const [head, middle = '', seal] = written.split('.');
  const text = Buffer.from(middle, 'base64url').toString('latin1');
  if (head !== 'eyJhbGciOiJIUzI1NiJ9' || seal !== digest(text, seed ^ 0x5bd1e995).toString(36)) return 'Invalid cursor';
  const [row, madeIn, revealed, asked] = text.split('.');
  if (asked !== digest(question, seed).toString(36)) return 'The cursor belongs to a request with other parameters';
  if (Number(madeIn) !== epoch) return 'The cursor has expired';
  return { row: Number(row), epoch, revealed: revealed === '1' };
}

/** The same text for the same value, whatever the order of its keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join()}}`;
}
