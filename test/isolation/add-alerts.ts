import { randomUUID } from 'node:crypto';
import type { FreshDatabase } from '../kit/database.js';

interface Whose {
  readonly customerId: string;
  readonly connectionId: string;
  readonly mark: string;
}

/** Alerts of a customer with something in every field, one of them over. */
export async function addAlerts(database: FreshDatabase, { customerId, connectionId, mark }: Whose) {
  const [alert, spareAlert] = [randomUUID(), randomUUID()];
  await database.query(
    `insert into alerts (id, key, kind, customer_id, connection_id, platform, severity, owner, state, problem, remedy, link_id, details,
       occurrence, step, since, first_seen_at, opened_at, acknowledged_at, acknowledged_by, snoozed_until, resolved_at, resolved_by,
       resolved_because, unstable, onsets, told_at, times_told, updated_at)
     select a.id, a.id, 'SYNC_FAILING', $2, $3, 'gong', 'ERROR', 'PLATFORM', a.state, $4, $4, $3, jsonb_build_object('account', $4::text),
       a.id, 0, now(), now(), now(), now(), $4, '2036-01-01Z', now(), $4, $4, false, '[]', now(), 1, '2026-02-01Z'
     from unnest($1::uuid[], array['OPEN', 'OPEN', 'RESOLVED']) as a (id, state)`,
    [[alert, spareAlert, randomUUID()], customerId, connectionId, `${mark} trouble`],
  );
  await database.query('update alerts set part_of = $2 where id = $1', [alert, spareAlert]);
  return { alert, spareAlert };
}
