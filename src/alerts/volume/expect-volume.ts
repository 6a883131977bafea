import { CallerError, notFound } from '../../core/errors.js';
import { record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';

/**
 * A day was to be expected as it was: it raises no alert, and does not count as usual.
 *
 * @param day as `2026-12-24`
 * @returns whether that day was counted at all.
 * @throws CallerError NOT_FOUND, INVALID_INPUT
 */
export async function expectVolume(scope: Scope, connectionId: string, day: string): Promise<boolean> {
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day)))
    throw new CallerError('INVALID_INPUT', '`day` must be a date such as 2026-12-24.', {
      field: 'day',
      remedy: 'Give a date such as 2026-12-24.',
    });
  return inTransaction(scope, async inside => {
    const { em, viewer } = inside;
    const [connection] = await em.execute<{ customer_id: string }[]>(
      'select customer_id from connections where id = ?',
      [connectionId],
    );
    if (connection === undefined) throw notFound('connection');
    const marked = await em.execute<unknown[]>(
      `update call_days set expected_by = ?, odd = 'expected' where connection_id = ? and on_day = ?::date returning 1`,
      [viewer.name, connectionId, day],
    );
    const { customer_id: customerId } = connection;
    await record(inside, {
      act: 'volume.expected',
      target: `connection ${connectionId}`,
      customerId,
      details: { day },
    });
    return marked.length > 0;
  });
}
