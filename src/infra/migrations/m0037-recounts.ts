import { Migration } from '@mikro-orm/migrations';

/** Gaps that syncs find, recounts of what the platform lists against what is here, and calls that are gone there. */
export class M0037Recounts extends Migration {
  override name = 'm0037-recounts';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

// A call that is gone at the platform is removed to whoever follows, and one that is back has changed.
const changes = `
create or replace function tell_of_changed_calls() returns trigger language plpgsql as $$
begin
  insert into changes (customer_id, type, connection_id, sync_id, call_ids)
  select customer_id, type, connection_id, (select sync_id from runs r where r.id = run_id), array_agg(id order by nth)
  from (
    select n.id, n.customer_id, n.connection_id, n.run_id, t.type,
      row_number() over (partition by n.customer_id, n.connection_id, n.run_id, t.type order by n.started_at, n.id) as nth
    from after n join before o using (id), lateral (
      select case when n.removed_at is not null and o.removed_at is null then 'calls.removed' else 'calls.changed' end as type
    ) t
    where n.content_digest is distinct from o.content_digest or (n.removed_at is null) <> (o.removed_at is null)
  ) c
  group by customer_id, connection_id, run_id, type, (nth - 1) / 100;
  return null;
end $$;
drop trigger told_of_changes on syncs;
create trigger told_of_changes after update of state, cadence, cron, time_zone, daily_at, night_from, night_to, medium, direction,
    min_duration_seconds, users, with_transcripts on syncs for each row
  when ((old.state, old.cadence, old.cron, old.time_zone, old.daily_at, old.night_from, old.night_to, old.medium, old.direction,
      old.min_duration_seconds, old.users, old.with_transcripts)
    is distinct from (new.state, new.cadence, new.cron, new.time_zone, new.daily_at, new.night_from, new.night_to, new.medium,
      new.direction, new.min_duration_seconds, new.users, new.with_transcripts))
  execute function tell_of_sync();
`;

const statements = [
  'alter table syncs add column recounted_at timestamptz, add column users text[]',
  'alter table runs add column recount boolean not null default false, add column gaps_before timestamptz, add column users text[]',
  'alter table calls add column missing_since timestamptz, add column removed_at timestamptz',
  'create index sync_slots_fired on sync_slots (fired_at)',
  // Who took part tells two syncs of a connection apart as well.
  `drop index syncs_one_of_a_kind;
   create unique index syncs_one_of_a_kind on syncs (connection_id, coalesce(medium, ''), coalesce(direction, ''),
     coalesce(min_duration_seconds, 0), coalesce(users, '{}'))`,
  `create table run_listed (
     run_id uuid not null references runs on delete cascade,
     customer_id uuid not null references customers on delete cascade,
     external_ids text[] not null
   );
   create index run_listed_of_run on run_listed (run_id);
   create table gaps (
     id uuid primary key,
     customer_id uuid not null references customers on delete cascade,
     sync_id uuid not null references syncs on delete cascade,
     call_id uuid not null references calls on delete cascade,
     external_id text not null,
     started_at timestamptz not null,
     kind text not null check (kind in ('FETCHED', 'REMOVED', 'HELD')),
     noted_at timestamptz not null
   );
   create unique index gaps_once on gaps (sync_id, call_id, kind);
   create index gaps_listed on gaps (sync_id, noted_at desc, id desc)`,
  ...['run_listed', 'gaps'].flatMap(table => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy own_customer on ${table}
      using (customer_id = (select reached_customer()) or (select reaches_all()))`,
  ]),
  changes,
];
