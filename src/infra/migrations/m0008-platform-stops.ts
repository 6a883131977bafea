import { Migration } from '@mikro-orm/migrations';

/** Platforms whose use was stopped in an emergency, and what is still to be done for each connection. */
export class M0008PlatformStops extends Migration {
  override name = 'm0008-platform-stops';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table platform_stops (
    id uuid primary key,
    platform text not null,
    reason text not null,
    stopped_by text not null,
    stopped_at timestamptz not null,
    lifted_by text,
    lifted_at timestamptz
  )`,
  'create unique index platform_stops_in_force on platform_stops (platform) where lifted_at is null',
  `create table platform_stop_work (
    stop_id uuid not null references platform_stops,
    connection_id uuid not null references connections on delete cascade,
    customer_id uuid not null references customers on delete cascade,
    attempts integer not null default 0,
    again_at timestamptz not null default clock_timestamp(),
    outcome text check (outcome in ('revoked', 'not offered', 'failed')),
    primary key (stop_id, connection_id)
  )`,
  'create index platform_stop_work_open on platform_stop_work (again_at) where outcome is null',
  'alter table platform_stop_work enable row level security',
  'alter table platform_stop_work force row level security',
  `create policy own_customer on platform_stop_work
    using (customer_id = (select reached_customer()) or (select reaches_all()))`,
];
