import { Migration } from '@mikro-orm/migrations';

/** The change feed tells of calls that the platform has no more, and of syncs whose users were changed. */
export class M0039RemovalsTold extends Migration {
  override name = 'm0039-removals-told';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const calls = `
create or replace function tell_of_changed_calls() returns trigger language plpgsql as $$
begin
  insert into changes (customer_id, type, connection_id, sync_id, call_ids)
  select customer_id, what, connection_id, (select sync_id from runs r where r.id = run_id and what <> 'calls.removed'),
    array_agg(id order by nth)
  from (
    select *, row_number() over (partition by customer_id, what, connection_id, run_id order by started_at, id) as nth
    from (
      select n.id, n.customer_id, n.connection_id, n.run_id, n.started_at, case
        when o.removed_at is null and n.removed_at is not null then 'calls.removed'
        when o.removed_at is not null and n.removed_at is null then 'calls.imported'
        when o.content_digest is not null and n.content_digest is distinct from o.content_digest then 'calls.changed'
      end as what
      from after n join before o using (id)
    ) w where what is not null
  ) c
  group by customer_id, what, connection_id, run_id, (nth - 1) / 100;
  return null;
end $$;

create or replace function tell_of_removed_calls() returns trigger language plpgsql as $$
begin
  insert into changes (customer_id, type, connection_id, call_ids)
  select customer_id, 'calls.removed', connection_id, array_agg(id order by nth)
  from (
    select r.id, r.customer_id, r.connection_id,
      row_number() over (partition by r.customer_id, r.connection_id order by r.started_at, r.id) as nth
    from removed r where r.removed_at is null
  ) c
  group by customer_id, connection_id, (nth - 1) / 100;
  return null;
end $$;
`;

const syncs = `
drop trigger told_of_changes on syncs;
create trigger told_of_changes after update of state, cadence, cron, time_zone, daily_at, night_from, night_to, medium, direction,
    min_duration_seconds, users, with_transcripts on syncs for each row
  when ((old.state, old.cadence, old.cron, old.time_zone, old.daily_at, old.night_from, old.night_to, old.medium, old.direction,
      old.min_duration_seconds, old.users, old.with_transcripts)
    is distinct from (new.state, new.cadence, new.cron, new.time_zone, new.daily_at, new.night_from, new.night_to, new.medium,
      new.direction, new.min_duration_seconds, new.users, new.with_transcripts))
  execute function tell_of_sync();
`;

const statements = [calls, syncs];
