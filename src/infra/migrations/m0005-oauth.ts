import { Migration } from '@mikro-orm/migrations';

/** Apps at platforms, people on their way through a sign-in, and what keeps tokens fresh. */
export class M0005OAuth extends Migration {
  override name = 'm0005-oauth';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const tables = `
create table platform_apps (
  id uuid primary key,
  platform text not null,
  customer_id uuid references customers on delete cascade,
  client_id text not null,
  epoch integer not null,
  sealed bytea not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  unique nulls not distinct (platform, customer_id)
);

alter table credentials
  add column app_id uuid references platform_apps,
  add column access_expires_at timestamptz,
  add column refresh_expires_at timestamptz,
  add column refreshed_at timestamptz,
  add column due_at timestamptz,
  add column fingerprint bytea,
  add column presented integer not null default 0,
  add column rejected bytea,
  add column failures integer not null default 0,
  add column retry_at timestamptz,
  add column last_failure jsonb,
  add column lease_seconds integer not null default 40,
  add column refresh_owner text,
  add column refresh_until timestamptz,
  add column refresh_epoch integer not null default 0;
create index credentials_due on credentials (due_at) where due_at is not null;
create index credentials_of_app on credentials (app_id) where app_id is not null;

create table authorization_sessions (
  id uuid primary key,
  customer_id uuid not null references customers on delete cascade,
  platform text not null,
  method text not null,
  app_id uuid references platform_apps on delete cascade,
  connection_id uuid references connections on delete cascade,
  expected_account text,
  link_id uuid,
  state_hash bytea not null unique,
  browser_hash bytea not null,
  redirect_uri text not null,
  verifier bytea,
  status text not null check (status in ('open', 'exchanging', 'proposed', 'confirmed', 'rejected', 'failed')),
  requested_by text not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  claimed_at timestamptz,
  proposed bytea,
  account_id text,
  account_name text,
  settings jsonb not null default '{}',
  warnings jsonb not null default '[]',
  times jsonb,
  problem jsonb
);
create index authorization_sessions_by_end on authorization_sessions (expires_at);
`;

const guarded = ['platform_apps', 'authorization_sessions'].flatMap(table => [
  `alter table ${table} enable row level security`,
  `alter table ${table} force row level security`,
  `create policy own_customer on ${table}
    using (customer_id = (select reached_customer()) or (select reaches_all()))`,
]);

const statements = [tables, ...guarded];
