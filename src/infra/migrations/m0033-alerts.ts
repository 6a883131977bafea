import { Migration } from '@mikro-orm/migrations';

/** Open problems that somebody should act on. Those without a customer are the house's own. */
export class M0033Alerts extends Migration {
  override name = 'm0033-alerts';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const table = `
create table alerts (
  id uuid primary key,
  key text not null,
  kind text not null,
  customer_id uuid references customers on delete cascade,
  connection_id uuid references connections on delete cascade,
  platform text,
  severity text not null check (severity in ('WARNING', 'ERROR', 'PAGE')),
  owner text not null check (owner in ('CUSTOMER', 'OPERATOR', 'PLATFORM', 'US')),
  state text not null check (state in ('PENDING', 'OPEN', 'ACKNOWLEDGED', 'RESOLVED')),
  problem text not null,
  remedy text not null,
  link_id uuid,
  details jsonb not null,
  occurrence text not null,
  step integer not null,
  since timestamptz not null,
  first_seen_at timestamptz not null,
  opened_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  snoozed_until timestamptz,
  resolved_at timestamptz,
  resolved_by text,
  resolved_because text,
  part_of uuid references alerts on delete set null,
  unstable boolean not null,
  onsets jsonb not null,
  calm_since timestamptz,
  told_at timestamptz,
  told_severity text,
  told_step integer,
  times_told integer not null,
  updated_at timestamptz not null
);
create unique index alerts_one_open on alerts (key) where state <> 'RESOLVED';
create index alerts_listed on alerts (customer_id, first_seen_at desc, id desc);
create index alerts_listed_by_all on alerts (first_seen_at desc, id desc);
create index alerts_of_key on alerts (key, first_seen_at desc);
create index alerts_of_connection on alerts (connection_id) where connection_id is not null;
`;

const statements = [
  table,
  'alter table alerts enable row level security',
  'alter table alerts force row level security',
  `create policy own_customer on alerts
    using (customer_id = (select reached_customer()) or (select reaches_all()))`,
];
