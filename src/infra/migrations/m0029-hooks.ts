import { Migration } from '@mikro-orm/migrations';

/** Addresses at which platforms tell of calls by themselves, and what they told. */
export class M0029Hooks extends Migration {
  override name = 'm0029-hooks';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const tables = `
create table hooks (
  id uuid primary key,
  platform text not null,
  customer_id uuid references customers on delete cascade,
  connection_id uuid references connections on delete cascade,
  epoch integer not null default 0,
  sealed bytea,
  url text,
  subscription_id text,
  expires_at timestamptz,
  renew_at timestamptz,
  checked_at timestamptz,
  proven_at timestamptz,
  awaits_until timestamptz,
  next_at timestamptz not null default business_now(),
  held_until timestamptz,
  failures integer not null default 0,
  problem jsonb,
  ending boolean not null default false,
  last_event_at timestamptz,
  events_received integer not null default 0,
  looked_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  check ((customer_id is null) = (connection_id is null))
);
create unique index hooks_of_connection on hooks (connection_id);
create unique index hooks_of_app on hooks (platform) where connection_id is null;
create index hooks_due on hooks (next_at) where connection_id is not null;

create table inbound_events (
  id uuid primary key,
  customer_id uuid not null references customers on delete cascade,
  connection_id uuid not null references connections on delete cascade,
  event_id text not null,
  received_at timestamptz not null default clock_timestamp(),
  windows jsonb not null,
  is_recent boolean not null,
  external_ids text[] not null,
  subscription_ends boolean not null,
  tries integer not null default 0,
  due_at timestamptz default business_now(),
  run_ids uuid[] not null default '{}',
  settled_at timestamptz
);
create unique index inbound_events_once on inbound_events (connection_id, event_id);
create index inbound_events_open on inbound_events (connection_id, due_at) where settled_at is null;
create index inbound_events_settled on inbound_events (settled_at) where settled_at is not null;
`;

const statements = [
  tables,
  ...['hooks', 'inbound_events'].flatMap(table => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy own_customer on ${table}
      using (customer_id = (select reached_customer()) or (select reaches_all()))`,
  ]),
  `create index syncs_real_time on syncs (connection_id) where cadence = 'REAL_TIME'`,
  'alter table runs add column hinted boolean not null default false',
  'alter table syncs add column poll_minutes integer not null default 1 check (poll_minutes > 0)',
  'alter table syncs drop constraint syncs_cadence_check',
  `alter table syncs add check (cadence in ('REAL_TIME', 'EVERY_MINUTE', 'HOURLY', 'DAILY', 'NIGHT', 'CRON'))`,
  'alter table sync_slots drop constraint sync_slots_kind_check',
  `alter table sync_slots add check (kind in ('FIRST', 'SCHEDULED', 'MANUAL', 'HINT'))`,
];
