import { Migration } from '@mikro-orm/migrations';

/**
 * Customers, keys, connections, imports, runs, calls and quotas.
 *
 * Every table that holds a customer's things is under row-level security: a session sees the rows of
 * `patchbay.customer_id`, or all rows when `patchbay.reach` is `all`, and none when neither is set.
 */
export class M0001Foundation extends Migration {
  override name = 'm0001-foundation';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const tables = `
create table customers (
  id uuid primary key,
  name text not null check (name <> ''),
  reference text unique,
  created_at timestamptz not null default now()
);

create table staff (
  id uuid primary key,
  name text not null check (name <> ''),
  email text not null unique,
  role text not null check (role in ('admin', 'cs', 'sales')),
  created_at timestamptz not null default now(),
  left_at timestamptz
);

create table api_keys (
  id uuid primary key,
  label text not null,
  role text not null check (role in ('admin', 'cs', 'sales', 'service', 'customer')),
  customer_id uuid references customers,
  staff_id uuid references staff,
  origin text not null check (origin in ('issued', 'configured', 'first')),
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  check ((role = 'customer') = (customer_id is not null))
);
create unique index api_keys_first on api_keys (origin) where origin = 'first';

create table audit_entries (
  chain text not null,
  number bigint not null,
  customer_id uuid,
  at timestamptz not null,
  actor text not null,
  actor_key_id uuid,
  act text not null,
  target text not null,
  details jsonb not null,
  previous bytea not null,
  digest bytea not null,
  primary key (chain, number)
);
create table audit_heads (
  chain text primary key,
  customer_id uuid,
  number bigint not null,
  digest bytea not null
);

create table data_keys (
  customer_id uuid not null references customers on delete cascade,
  version smallint not null,
  wrapped bytea not null,
  wrapped_by text not null,
  created_at timestamptz not null default now(),
  primary key (customer_id, version)
);

create table connections (
  id uuid primary key,
  customer_id uuid not null references customers,
  platform text not null,
  account_id text not null,
  account_name text not null,
  settings jsonb not null,
  credential_health text not null check (credential_health in ('valid', 'expiring', 'broken', 'disconnected')),
  credential_checked_at timestamptz not null,
  warnings jsonb not null,
  last_error jsonb,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (customer_id, platform, account_id)
);
create index connections_listed on connections (customer_id, created_at desc, id desc);

create table credentials (
  connection_id uuid primary key references connections on delete cascade,
  customer_id uuid not null references customers,
  epoch integer not null,
  sealed bytea not null,
  stored_at timestamptz not null default now()
);

create table runs (
  id uuid primary key,
  customer_id uuid not null references customers,
  connection_id uuid not null references connections,
  owner_id uuid not null unique,
  platform text not null,
  account_id text not null,
  window_from timestamptz not null,
  window_to timestamptz not null,
  with_transcripts boolean not null,
  status text not null check (status in
    ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED', 'COMPLETED', 'COMPLETED_WITH_FAILURES', 'FAILED', 'CANCELLED')),
  wanted text not null default 'run' check (wanted in ('run', 'pause', 'cancel')),
  epoch integer not null default 0,
  lease_until timestamptz,
  worker text,
  wake_at timestamptz,
  setbacks integer not null default 0,
  planned boolean not null default false,
  found integer,
  stored integer not null default 0,
  added integer not null default 0,
  transcripts integer not null default 0,
  unusable integer not null default 0,
  requests integer not null default 0,
  sequence bigint not null default 0,
  calls_per_second real,
  binding_limit text,
  wait_reason text,
  error jsonb,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz not null default now()
);
create index runs_unfinished on runs (status) where status in ('QUEUED', 'RUNNING', 'WAITING');
create index runs_of_connection on runs (connection_id);

create table run_slices (
  run_id uuid not null references runs on delete cascade,
  slice_from timestamptz not null,
  slice_to timestamptz not null,
  customer_id uuid not null references customers,
  cursor text,
  finished boolean not null default false,
  total integer,
  restarts integer not null default 0,
  primary key (run_id, slice_from)
);

create table unusable_records (
  id uuid primary key,
  run_id uuid not null references runs on delete cascade,
  customer_id uuid not null references customers,
  external_id text not null,
  stage text not null check (stage in ('call', 'transcript')),
  code text not null,
  reason text not null,
  seen_at timestamptz not null default date_trunc('milliseconds', now()),
  unique (run_id, stage, external_id)
);

create table imports (
  id uuid primary key,
  customer_id uuid not null references customers,
  connection_id uuid not null references connections,
  run_id uuid not null references runs,
  requested_by text not null,
  created_at timestamptz not null default now()
);
create index imports_listed on imports (customer_id, created_at desc, id desc);
create index imports_listed_by_all on imports (created_at desc, id desc);

create table calls (
  id uuid primary key,
  customer_id uuid not null references customers,
  connection_id uuid not null references connections,
  import_id uuid,
  run_id uuid,
  platform text not null,
  account_id text not null,
  external_id text not null,
  medium text not null check (medium in ('phone', 'meeting')),
  started_at timestamptz not null,
  started_offset_minutes smallint,
  duration_seconds integer,
  title text,
  direction text check (direction in ('inbound', 'outbound', 'internal')),
  link text,
  language text,
  participants jsonb not null,
  recordings jsonb not null,
  document bytea not null,
  imported_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (customer_id, platform, account_id, external_id)
);
create index calls_listed on calls (customer_id, started_at desc, id desc);
create index calls_of_import on calls (import_id);

create table transcripts (
  call_id uuid primary key references calls on delete cascade,
  customer_id uuid not null,
  origin text not null check (origin in ('platform', 'ours')),
  codec text not null check (codec in ('zstd')),
  document bytea not null,
  stored_at timestamptz not null default now()
);
alter table calls alter column document set storage external;
alter table transcripts alter column document set storage external;

create table quota_ledger (
  key text not null,
  limit_number smallint not null,
  sends timestamptz[] not null default '{}',
  primary key (key, limit_number)
);
create table quota_buckets (
  key text not null,
  limit_number smallint not null,
  bucket timestamptz not null,
  used integer not null,
  primary key (key, limit_number, bucket)
);
create table quota_holds (
  key text primary key,
  until timestamptz not null
);
`;

/** Agenda's own table, as its 6.2 makes it, in a schema of its own. */
const jobs = `
create schema jobs;
create table jobs.agenda_jobs (
  id uuid primary key default gen_random_uuid(),
  name varchar(255) not null,
  priority integer not null default 0,
  next_run_at timestamptz,
  type varchar(10) not null default 'normal' check (type in ('normal', 'single')),
  locked_at timestamptz,
  last_finished_at timestamptz,
  failed_at timestamptz,
  fail_count integer,
  fail_reason text,
  repeat_timezone varchar(100),
  last_run_at timestamptz,
  repeat_interval varchar(255),
  data jsonb default '{}'::jsonb,
  repeat_at varchar(255),
  disabled boolean default false,
  progress real,
  fork boolean default false,
  last_modified_by varchar(255),
  debounce_started_at timestamptz,
  start_date timestamptz,
  end_date timestamptz,
  skip_days jsonb,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create index agenda_jobs_find_and_lock on jobs.agenda_jobs (name, next_run_at, priority desc, locked_at, disabled)
  where disabled = false;
create unique index agenda_jobs_single on jobs.agenda_jobs (name) where type = 'single';
create index agenda_jobs_locked_at on jobs.agenda_jobs (locked_at) where locked_at is not null;
create index agenda_jobs_next_run_at on jobs.agenda_jobs (next_run_at) where next_run_at is not null;
`;

/** Which column names the owner of a row; a row without an owner is the house's own. */
const owned: Readonly<Record<string, string>> = {
  customers: 'id',
  api_keys: 'customer_id',
  audit_entries: 'customer_id',
  audit_heads: 'customer_id',
  data_keys: 'customer_id',
  connections: 'customer_id',
  credentials: 'customer_id',
  runs: 'customer_id',
  run_slices: 'customer_id',
  unusable_records: 'customer_id',
  imports: 'customer_id',
  calls: 'customer_id',
  transcripts: 'customer_id',
};

const reach = `
create function reaches_all() returns boolean language sql stable
  return coalesce(current_setting('patchbay.reach', true), '') = 'all';
create function reached_customer() returns uuid language sql stable
  return nullif(current_setting('patchbay.customer_id', true), '')::uuid;
`;

// Functions in the calling role's rights; the sub-selects are evaluated once a statement, not once a row.
const policies = [
  ...Object.entries(owned).flatMap(([table, column]) => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy own_customer on ${table} using (${column} = (select reached_customer()) or (select reaches_all()))`,
  ]),
  // Staff are the house's people: no customer may read them.
  'alter table staff enable row level security',
  'alter table staff force row level security',
  'create policy house_only on staff using ((select reaches_all()))',
];

/**
 * Leave to send one request, or how long it is away.
 *
 * Limits up to a minute are exact sliding windows over the last send times; longer ones are counted in
 * 96 buckets, rounded so that they never allow too much. `margin_seconds` stretches a
 * window for the jitter of the way.
 * Leave further away than `horizon_seconds` is refused and costs nothing; nearer leave is reserved.
 */
const quota = `
create function quota_take(
  quota_key text, requests integer[], seconds integer[], margin_seconds double precision, horizon_seconds double precision,
  out granted boolean, out wait_ms double precision, out slot timestamptz, out binding integer
) language plpgsql as $$
declare
  moment timestamptz;
  earliest timestamptz;
  row_sends timestamptz[];
  used_before bigint;
  first_bucket timestamptz;
  width interval;
begin
  insert into quota_ledger (key, limit_number) select quota_key, n from generate_subscripts(requests, 1) n
    on conflict do nothing;
  perform 1 from quota_ledger where key = quota_key order by limit_number for update;
  moment := clock_timestamp();
  slot := moment;
  binding := 0;
  select until into earliest from quota_holds where key = quota_key and until > moment;
  if found then slot := earliest; binding := -1; end if;

  for n in 1 .. cardinality(requests) loop
    earliest := null;
    if seconds[n] <= 60 then
      select sends into row_sends from quota_ledger where key = quota_key and limit_number = n;
      if cardinality(row_sends) >= requests[n] then
        earliest := row_sends[cardinality(row_sends) - requests[n] + 1] + (seconds[n] + margin_seconds) * interval '1 second';
      end if;
    else
      width := seconds[n] * interval '1 second' / 96;
      select sum(used), min(bucket) into used_before, first_bucket from quota_buckets
        where key = quota_key and limit_number = n and bucket > moment - seconds[n] * interval '1 second' - width;
      if used_before >= requests[n] then
        earliest := first_bucket + seconds[n] * interval '1 second' + width;
      end if;
    end if;
    if earliest > slot then slot := earliest; binding := n; end if;
  end loop;

  wait_ms := greatest(0, extract(epoch from slot - moment) * 1000);
  granted := wait_ms <= horizon_seconds * 1000;
  if not granted then return; end if;

  for n in 1 .. cardinality(requests) loop
    if seconds[n] <= 60 then
      update quota_ledger
        set sends = (sends || slot)[greatest(1, cardinality(sends) + 2 - requests[n]):]
        where key = quota_key and limit_number = n;
    else
      width := seconds[n] * interval '1 second' / 96;
      insert into quota_buckets values (quota_key, n, date_bin(width, slot, timestamptz '2000-01-01Z'), 1)
        on conflict (key, limit_number, bucket) do update set used = quota_buckets.used + 1;
      delete from quota_buckets
        where key = quota_key and limit_number = n and bucket < moment - seconds[n] * interval '1 second' - 2 * width;
    end if;
  end loop;
end $$;

create function quota_correct(quota_key text, slot timestamptz, late_ms double precision) returns void language sql
begin atomic
  update quota_ledger set sends = array_replace(sends, slot, slot + late_ms * interval '1 millisecond')
    where key = quota_key and slot = any (sends);
end;

create function quota_move(from_key text, to_key text) returns void language plpgsql as $$
begin
  insert into quota_ledger (key, limit_number, sends)
    select to_key, limit_number, sends from quota_ledger where key = from_key order by limit_number
    on conflict (key, limit_number) do update
      set sends = (select coalesce(array_agg(send order by send), '{}') from unnest(quota_ledger.sends || excluded.sends) send);
  insert into quota_buckets (key, limit_number, bucket, used)
    select to_key, limit_number, bucket, used from quota_buckets where key = from_key order by limit_number, bucket
    on conflict (key, limit_number, bucket) do update set used = quota_buckets.used + excluded.used;
  delete from quota_ledger where key = from_key;
  delete from quota_buckets where key = from_key;
end $$;

create function quota_hold(quota_key text, hold_ms double precision) returns void language sql
begin atomic
  insert into quota_holds (key, until) values (quota_key, clock_timestamp() + hold_ms * interval '1 millisecond')
    on conflict (key) do update set until = greatest(quota_holds.until, excluded.until);
end;
`;

const statements = [tables, jobs, reach, ...policies, quota];
