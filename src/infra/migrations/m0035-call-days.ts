import { Migration } from '@mikro-orm/migrations';

/** How many calls each business day brought, by connection and local day, and what was unusual about it. */
export class M0035CallDays extends Migration {
  override name = 'm0035-call-days';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const table = `
create table call_days (
  id uuid primary key default gen_random_uuid(),
  customer_id uuid not null references customers on delete cascade,
  connection_id uuid not null references connections on delete cascade,
  on_day date not null,
  region text not null,
  calls integer not null,
  odd text,
  expected_by text,
  verdict jsonb,
  judged boolean not null default false,
  unique (connection_id, on_day)
);
create index call_days_to_judge on call_days (on_day) where not judged;
`;

const statements = [
  table,
  'alter table call_days enable row level security',
  'alter table call_days force row level security',
  `create policy own_customer on call_days
    using (customer_id = (select reached_customer()) or (select reaches_all()))`,
];
