import { Migration } from '@mikro-orm/migrations';

/** Gaps that syncs find, recounts of what the platform lists against what is here, and calls that are gone there. */
export class M0037Recounts extends Migration {
  override name = 'm0037-recounts';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

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
];
