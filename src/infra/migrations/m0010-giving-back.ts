import { Migration } from '@mikro-orm/migrations';

/** Credentials that are to be revoked at their platform, and those that another system brings. */
export class M0010GivingBack extends Migration {
  override name = 'm0010-giving-back';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const revocations = `
alter table connections add column revocation text
  check (revocation in ('waiting', 'revoked', 'not offered', 'failed'));

create table revocations (
  id uuid primary key,
  connection_id uuid not null references connections on delete cascade,
  customer_id uuid not null references customers on delete cascade,
  platform text not null,
  app_id uuid,
  sealed bytea not null,
  attempts integer not null default 0,
  again_at timestamptz not null default clock_timestamp()
);
create index revocations_due on revocations (again_at);
create index revocations_of_connection on revocations (connection_id);
`;

const imports = `
create table credential_imports (
  id uuid primary key,
  customer_id uuid not null references customers on delete cascade,
  platform text not null,
  fingerprint bytea not null,
  status text not null check (status in ('sent', 'refreshed', 'done')),
  sealed bytea,
  times jsonb,
  learned jsonb not null default '{}',
  connection_id uuid references connections on delete cascade,
  started_at timestamptz not null default clock_timestamp(),
  busy_until timestamptz,
  unique (customer_id, platform, fingerprint)
);
create index credential_imports_by_start on credential_imports (started_at);
`;

const guarded = ['revocations', 'credential_imports'].flatMap(table => [
  `alter table ${table} enable row level security`,
  `alter table ${table} force row level security`,
  `create policy own_customer on ${table}
    using (customer_id = (select reached_customer()) or (select reaches_all()))`,
]);

const statements = [revocations, imports, ...guarded];
