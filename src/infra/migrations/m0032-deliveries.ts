import { Migration } from '@mikro-orm/migrations';

/** Endpoints of other programs, and what is sent to them. */
export class M0032Deliveries extends Migration {
  override name = 'm0032-deliveries';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

// Without a customer an endpoint is the house's own and hears of everybody. What goes to it is the house's own too.
const tables = `
create table endpoints (
  id uuid primary key,
  customer_id uuid references customers on delete cascade,
  url text not null,
  description text,
  types text[] check (types <> '{}'),
  state text not null check (state in ('ACTIVE', 'DISABLED')),
  disabled_because text,
  sealed bytea not null,
  earlier_sealed bytea,
  earlier_until timestamptz,
  failures integer not null default 0,
  failing_since timestamptz,
  resume_at timestamptz,
  leased_until timestamptz,
  in_hand uuid,
  last_delivered_at timestamptz,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index endpoints_listed on endpoints (customer_id, created_at desc, id desc);
create index endpoints_listed_by_all on endpoints (created_at desc, id desc);

create table deliveries (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid references customers on delete cascade,
  endpoint_id uuid not null references endpoints on delete cascade,
  change_id uuid not null references changes on delete cascade,
  number bigint not null,
  status text not null default 'WAITING' check (status in ('WAITING', 'DELIVERED', 'DEAD')),
  tries smallint not null default 0,
  due_at timestamptz not null default now(),
  replayed_at timestamptz,
  created_at timestamptz not null default date_trunc('milliseconds', now()),
  delivered_at timestamptz,
  problem text,
  unique (endpoint_id, change_id)
);
create index deliveries_waiting on deliveries (endpoint_id, due_at, number) where status = 'WAITING';
create index deliveries_dead on deliveries (endpoint_id) where status = 'DEAD';
create index deliveries_of_endpoint on deliveries (endpoint_id, created_at desc, id desc);
create index deliveries_listed on deliveries (customer_id, created_at desc, id desc);
create index deliveries_listed_by_all on deliveries (created_at desc, id desc);
create index deliveries_of_change on deliveries (change_id);

create table delivery_attempts (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid references customers on delete cascade,
  delivery_id uuid not null references deliveries on delete cascade,
  at timestamptz not null,
  status_code smallint,
  duration_ms integer not null,
  problem text,
  reply text
);
create index delivery_attempts_listed on delivery_attempts (delivery_id, at desc, id desc);
`;

const statements = [
  tables,
  ...['endpoints', 'deliveries', 'delivery_attempts'].flatMap(table => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy own_customer on ${table}
      using (customer_id = (select reached_customer()) or (select reaches_all()))`,
  ]),
];
