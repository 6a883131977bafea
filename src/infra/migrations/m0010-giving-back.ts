import { Migration } from '@mikro-orm/migrations';

/** Credentials that are to be revoked at their platform. */
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

const guarded = ['revocations'].flatMap(table => [
  `alter table ${table} enable row level security`,
  `alter table ${table} force row level security`,
  `create policy own_customer on ${table}
    using (customer_id = (select reached_customer()) or (select reaches_all()))`,
]);

const statements = [revocations, ...guarded];
