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
  const [channel, spareChannel] = [randomUUID(), randomUUID()];
  await database.query(
    `insert into alerts (id, key, kind, customer_id, connection_id, platform, severity, owner, state, problem, remedy, link_id, details,
       occurrence, step, since, first_seen_at, opened_at, acknowledged_at, acknowledged_by, snoozed_until, resolved_at, resolved_by,
       resolved_because, unstable, onsets, told_at, times_told, escalates_from, steps_taken, escalations, updated_at)
     select a.id, a.id, 'SYNC_FAILING', $2, $3, 'gong', 'ERROR', 'PLATFORM', a.state, $4, $4, $3, jsonb_build_object('account', $4::text),
       a.id, 0, now(), now(), now(), now(), $4, '2036-01-01Z', now(), $4, $4, false, '[]', now(), 1, now(), 1,
       jsonb_build_array(jsonb_build_object('step', 'FOUR_HOURS', 'at', now(), 'channels', jsonb_build_array($5::uuid), 'contactId', (select id from contacts where customer_id = $2 limit 1))),
       '2026-02-01Z'
     from unnest($1::uuid[], array['OPEN', 'OPEN', 'RESOLVED']) as a (id, state)`,
    [[alert, spareAlert, randomUUID()], customerId, connectionId, `${mark} trouble`, channel],
  );
  await database.query('update alerts set part_of = $2 where id = $1', [alert, spareAlert]);
  await database.query(
    `insert into notice_channels (id, customer_id, kind, name, sealed, contact_id, staff_id, topics, least, quiet_from, quiet_to, time_zone, language,
       escalation, digest, digest_at, digest_zone, fallback_id, failing_since, problem, last_sent_at, created_by, created_at, updated_at)
     select c.id, $2, 'MAIL', $3, '', (select id from contacts where customer_id = $2 limit 1), (select id from staff limit 1), '{HUB}', 'ERROR', '22:00', '07:00', 'UTC', 'en',
       'FOUR_HOURS', 'DAILY', '08:00', 'UTC', case when c.nth = 1 then ($1::uuid[])[2] end, now(), $3, now(), $3, now(), now()
     from unnest($1::uuid[]) with ordinality c (id, nth)`,
    [[channel, spareChannel], customerId, `${mark} channel`],
  );
  await database.query(
    `with message as (
       insert into notice_messages (id, customer_id, channel_id, status, created_at, problem) values (gen_random_uuid(), $2, $1, 'DEAD', now(), $3)
       returning id
     ) insert into notices (id, customer_id, channel_id, alert_id, topic, severity, once, title, sealed, status, not_before, window_seconds,
         message_id, problem, created_at, sent_at)
       select gen_random_uuid(), $2, $1, $4, 'SYNCS', 'ERROR', $3, $3, '', 'DEAD', now(), 0, id, $3, now(), now() from message`,
    [channel, customerId, `${mark} notice`, alert],
  );
  await database.query(
    "insert into call_days (customer_id, connection_id, on_day, region, calls, judged) values ($1, $2, '2026-01-05', 'UTC', 3, true) on conflict do nothing",
    [customerId, connectionId],
  );
  await database.query(
    'update alerting set looked_at = now(), drill_began_at = now(), drill_raised_at = now(), drill_cleared_at = now(), drilled_at = now(), drill_took = make_interval(secs => 5), pinged_at = now(), listed_at = now()',
  );
  return { alert, spareAlert, channel, spareChannel };
}
