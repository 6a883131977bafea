import type { SimulatedReply } from '#connector';
import { canonical, readCursor, writeCursor } from './cursor.js';
import type { Rows } from './listing.js';
import { errorReply, nothingFound } from './reply.js';

/** One request for one page. */
export interface Paged {
  readonly state: { readonly epoch: number; readonly revealed: boolean };
  readonly seed: number;
  readonly pageSize: number;
  readonly kind: string;
  readonly requestId: string;
  /** Method and path. */
  readonly place: string;
  readonly cursor: string | undefined;
  readonly cursorDied: boolean;
  /** The cursor is not looked at. */
  readonly isStuck: boolean;
  /** All that was asked besides the cursor; it must stay the same from page to page. */
  readonly question: unknown;
}

export interface Records {
  readonly totalRecords: number;
  readonly currentPageSize: number;
  readonly currentPageNumber: number;
  readonly cursor?: string;
}

/** Cuts the page that the cursor asks for, the first without one, and lets `write` put it into words. */
export function turnPage(
  ask: Paged,
  rows: (revealed: boolean) => Rows,
  write: (positions: readonly number[], records: Records) => Pick<SimulatedReply, 'body' | 'served'>,
): SimulatedReply {
  const question = `${ask.place} ${canonical(ask.question)}`;
  const { epoch, revealed } = ask.state;
  const begun = { row: 0, epoch, revealed };
  const cursor =
    ask.cursor === undefined || ask.isStuck
      ? begun
      : readCursor(ask.cursor, question, ask.seed, ask.cursorDied ? epoch + 1 : epoch);
  if (typeof cursor === 'string') return errorReply(400, ask.kind, ask.requestId, cursor);

  const { positions, total } = rows(cursor.revealed);
  const page = positions.slice(cursor.row, cursor.row + ask.pageSize);
  if (page.length === 0) return nothingFound(ask.kind, ask.requestId);
  const next = cursor.row + ask.pageSize;
  const records = {
    totalRecords: total,
    currentPageSize: page.length,
    currentPageNumber: Math.floor(cursor.row / ask.pageSize),
    ...(ask.isStuck || next < positions.length
      ? { cursor: writeCursor({ ...cursor, row: next }, question, ask.seed) }
      : {}),
  };
  return { status: 200, kind: ask.kind, ...write(page, records) };
}
