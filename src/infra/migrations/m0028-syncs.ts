import { Migration } from '@mikro-orm/migrations';

/** Syncs with their slots, and what a run needs to work for one. */
export class M0028Syncs extends Migration {
  override name = 'm0028-syncs';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const tables = `
create table syncs (
  id uuid primary key,
  customer_id uuid not null references customers on delete cascade,
  connection_id uuid not null references connections on delete cascade,
  cadence text not null check (cadence in ('EVERY_MINUTE', 'HOURLY', 'DAILY', 'NIGHT', 'CRON')),
  cron text,
  time_zone text,
  daily_at text,
  night_from text,
  night_to text,
  medium text check (medium in ('phone', 'meeting')),
  direction text check (direction in ('inbound', 'outbound', 'internal')),
  min_duration_seconds integer check (min_duration_seconds > 0),
  with_transcripts boolean not null,
  history_from timestamptz not null,
  state text not null check (state in ('ACTIVE', 'PAUSED')),
  next_slot_at timestamptz not null,
  next_at timestamptz not null,
  run_id uuid references runs,
  covered_to timestamptz,
  thorough_at timestamptz,
  calls_imported integer not null default 0,
  last_synced_at timestamptz,
  skipped_at timestamptz,
  requested_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index syncs_one_of_a_kind on syncs
  (connection_id, coalesce(medium, ''), coalesce(direction, ''), coalesce(min_duration_seconds, 0));
create index syncs_listed on syncs (customer_id, created_at desc, id desc);
create index syncs_listed_by_all on syncs (created_at desc, id desc);
create index syncs_due on syncs (next_at) where state = 'ACTIVE';

create table sync_slots (
  id uuid primary key,
  customer_id uuid not null references customers on delete cascade,
  sync_id uuid not null references syncs on delete cascade,
  slot_at timestamptz not null,
  kind text not null check (kind in ('FIRST', 'SCHEDULED', 'MANUAL')),
  due_at timestamptz not null,
  fired_at timestamptz not null,
  run_id uuid references runs
);
create unique index sync_slots_once on sync_slots (sync_id, slot_at) where kind = 'SCHEDULED';
create index sync_slots_listed on sync_slots (sync_id, fired_at desc, id desc);
`;

const statements = [
  // Business time: schedules and windows go by it, leases and fences never do. A test shifts it by replacing it.
  'create function business_now() returns timestamptz language sql volatile as $$ select clock_timestamp() $$',
  `alter table runs add column sync_id uuid, add column thorough boolean not null default true,
     add column direction text check (direction in ('inbound', 'outbound', 'internal')),
     add column min_duration_seconds integer check (min_duration_seconds > 0)`,
  'create index runs_of_sync on runs (sync_id) where sync_id is not null',
  // Of the item as it was listed: tells a sync whether the platform says anything new of a call.
  'alter table calls add column listed_digest bytea',
  tables,
  ...['syncs', 'sync_slots'].flatMap(table => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy own_customer on ${table}
      using (customer_id = (select reached_customer()) or (select reaches_all()))`,
  ]),
];
