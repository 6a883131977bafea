import type { House } from '../../src/scope.js';

/** A house whose clock, and what it hears of the database's, is so far ahead. */
export function clockAhead(house: House, aheadMs: () => number): House {
  return {
    ...house,
    clock: { now: () => new Date(Date.now() + aheadMs()) },
    sql: {
      transaction: (reach, work) =>
        house.sql.transaction(reach, tx =>
          work({
            ...tx,
            async rows<R>(text: string, values?: readonly unknown[]) {
              const rows = await tx.rows<R>(text, values);
              if (text !== 'select clock_timestamp() as now') return rows;
              return rows.map(row => ({ now: new Date((row as { now: Date }).now.getTime() + aheadMs()) }) as R);
            },
          }),
        ),
    },
  };
}
